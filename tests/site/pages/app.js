// Fills the shop page from /api/items.json and counts what is put into the cart.
const cart = document.querySelector('#cart');
const clear = document.querySelector('#clear');
const setCart = (count) => {
  cart.textContent = String(count);
  clear.disabled = count === 0;
};
clear.addEventListener('click', () => setCart(0));

const show = (item) => {
  const row = document.createElement('li');
  row.dataset.sku = item.sku;
  const name = document.createElement('h3');
  name.textContent = item.name;
  const price = document.createElement('p');
  price.className = 'price';
  price.textContent = item.price;
  const add = document.createElement('button');
  add.type = 'button';
  add.textContent = 'Add to cart';
  add.setAttribute('aria-label', `Add ${item.name} to cart`);
  add.addEventListener('click', () => setCart(Number(cart.textContent) + 1));
  row.append(name, price, add);
  document.querySelector('#items').append(row);
};

fetch('/api/items.json')
  .then((answer) => answer.json())
  .then((items) => {
    items.forEach(show);
    document.querySelector('#status').textContent = `${items.length} products`;
    console.log('shop ready', items.length);
  });
