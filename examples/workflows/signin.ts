// Fills in what it knows, and leaves the rest to a person: they type the password in the window, then `greenroom resume`.
//
//   greenroom run signin.ts --headed --session mine --params '{"page": "https://shop.example/workshop", "email": "me@example.com"}'
//   greenroom resume --session mine

import { workflow, pause } from 'greenroom';

export default workflow('sign in', { viewport: { width: 1000, height: 700 } }, async ({ page }, params: { page: string; email: string }) => {
    await page.goto(params.page);
    await page.getByLabel('Email').fill(params.email);
    await page.getByLabel('Password').focus();
    await pause();
    const password = await page.getByLabel('Password').inputValue();
    if (password === '') throw new Error('there is no password yet');
    await page.getByLabel('Password').press('Enter');
    return page.locator('#result').innerText();
});
