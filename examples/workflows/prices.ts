// Reads a list of products. A plain function is a workflow, too; what it needs of others it imports.
//
//   greenroom run prices.ts --params '{"shop": "https://shop.example/products"}'

import type { Ctx } from 'greenroom';
import { amount } from './lib/amount';

interface Product {
    name: string;
    price: number | null;
}

export default async ({ page, log }: Ctx, { shop }: { shop: string }): Promise<Product[]> => {
    await page.goto(shop);
    const products: Product[] = [];
    for (const card of await page.getByTestId('product').all()) {
        const prices = await card.locator('.price').allInnerTexts();
        products.push({ name: await card.getByRole('heading').innerText(), price: prices.length > 0 ? amount(prices[0]) : null });
    }
    log(`${products.length} products`);
    return products.sort((one, other) => (one.price ?? Infinity) - (other.price ?? Infinity));
};
