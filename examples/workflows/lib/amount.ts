/** `1,234.50 €` as a number. */
export const amount = (text: string): number => Number(text.replace(/[^\d.]/g, ''));
