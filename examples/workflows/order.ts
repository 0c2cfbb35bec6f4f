// Orders something by a form. Its parameters and its result are checked by zod: `npm install zod`.
//
//   greenroom run order.ts --params '{"shop": "https://shop.example/workshop", "email": "me@example.com"}'

import { workflow, expect } from 'greenroom';
import { z } from 'zod';

const Input = z.object({
    shop: z.url(),
    email: z.email(),
    country: z.enum(['Germany', 'Norway']).default('Norway'),
});

const Output = z.object({ receipt: z.string().includes('@') });

export default workflow('order', { input: Input, output: Output }, async ({ page, log }, params) => {
    await page.goto(params.shop);
    await page.getByLabel('Email').fill(params.email);
    await page.getByLabel('Country').selectOption({ label: params.country });
    await page.getByRole('button', { name: 'Order', exact: true }).click();
    const result = page.locator('#result');
    await expect(result).toContainText(params.email);
    log('ordered for', params.email);
    return { receipt: await result.innerText() };
});
