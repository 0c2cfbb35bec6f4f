// The viewport moved by itself, without an element that is to be seen.

import { method, viewScrollX, viewScrollY } from './dom.js';

const scrollViewBy = method(window, 'scrollBy');

/** Scrolls by so many CSS pixels, at once, and answers where the viewport is then. */
export const scrollViewport = ({ x, y }) => {
    scrollViewBy(window, { left: x, top: y, behavior: 'instant' });
    return { x: viewScrollX(window), y: viewScrollY(window) };
};
