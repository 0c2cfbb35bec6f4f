//! A person's hand at a display: the pointer and the keys of the display itself, for whatever window is there.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT,
    MOTION_NOTIFY_EVENT, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use crate::person::Display;

/// A hand at a display.
pub(crate) struct Hand {
    display: RustConnection,
    root: Window,
    /// What each key writes without another being held, from the first keycode on.
    keys: Vec<u32>,
    first_key: u8,
}

impl Hand {
    /// Takes hold of the pointer and the keys.
    pub(crate) fn at(display: &Display) -> Self {
        let (connection, screen) = x11rb::connect(Some(&display.name)).unwrap();
        let setup = connection.setup();
        let (root, first_key) = (setup.roots[screen].root, setup.min_keycode);
        let count = setup.max_keycode - first_key + 1;
        let mapping = connection
            .get_keyboard_mapping(first_key, count)
            .unwrap()
            .reply()
            .unwrap();
        let keys = mapping.keysyms.chunks(mapping.keysyms_per_keycode.into());
        let keys = keys.map(|symbols| symbols[0]).collect();
        Self {
            display: connection,
            root,
            keys,
            first_key,
        }
    }

    fn does(&self, event: u8, detail: u8, (x, y): (i16, i16)) {
        let sent = self
            .display
            .xtest_fake_input(event, detail, x11rb::CURRENT_TIME, self.root, x, y, 0);
        sent.unwrap().check().unwrap();
    }

    /// Clicks at a point of the screen, with the left button.
    pub(crate) fn clicks(&self, at: (i16, i16)) {
        self.does(MOTION_NOTIFY_EVENT, 0, at);
        self.does(BUTTON_PRESS_EVENT, 1, (0, 0));
        self.does(BUTTON_RELEASE_EVENT, 1, (0, 0));
    }

    /// Presses the key that writes a letter, or that has this number among X's symbols.
    pub(crate) fn presses(&self, symbol: u32) {
        let index = self.keys.iter().position(|key| *key == symbol).unwrap();
        let key = self.first_key + u8::try_from(index).unwrap();
        self.does(KEY_PRESS_EVENT, key, (0, 0));
        self.does(KEY_RELEASE_EVENT, key, (0, 0));
    }

    /// Types a text of small letters and digits.
    pub(crate) fn types(&self, text: &str) {
        text.chars().for_each(|letter| self.presses(letter.into()));
    }
}
