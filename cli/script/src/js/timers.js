// Timers: the functions are here, the clock is the host's. They end with the call that set them.

/** How many may wait at once. */
const MOST_TIMERS = 100_000;

const timers = new Map();
let lastTimer = 0;

const delayOf = delay => {
    const number = Number(delay);
    return Number.isFinite(number) && number > 0 ? Math.min(number, 2 ** 31 - 1) : 0;
};

const setTimer = (callback, delay, args, isRepeated) => {
    if (typeof callback !== 'function') throw new TypeError('a timer needs a function');
    if (timers.size >= MOST_TIMERS) throw new RangeError(`more than ${MOST_TIMERS} timers wait`);
    lastTimer += 1;
    const wait = Math.max(delayOf(delay), isRepeated ? 1 : 0);
    timers.set(lastTimer, { callback, args, wait, isRepeated });
    host.timer(lastTimer, wait);
    return lastTimer;
};

const clearTimer = id => {
    if (timers.delete(Number(id))) host.untimer(Number(id));
};

/** The time of a timer has come. */
const fire = id => {
    const timer = timers.get(id);
    if (!timer) return;
    if (timer.isRepeated) host.timer(id, timer.wait);
    else timers.delete(id);
    timer.callback.apply(undefined, timer.args);
};

const timerGlobals = {
    setTimeout: function setTimeout(callback, delay, ...args) {
        return setTimer(callback, delay, args, false);
    },
    setInterval: function setInterval(callback, delay, ...args) {
        return setTimer(callback, delay, args, true);
    },
    clearTimeout: function clearTimeout(id) {
        clearTimer(id);
    },
    clearInterval: function clearInterval(id) {
        clearTimer(id);
    },
    setImmediate: function setImmediate(callback, ...args) {
        return setTimer(callback, 0, args, false);
    },
    clearImmediate: function clearImmediate(id) {
        clearTimer(id);
    },
};
