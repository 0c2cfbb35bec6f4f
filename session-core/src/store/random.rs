//! Words that nobody can guess.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;

/// 128 bits of the system's randomness, in hexadecimal digits.
pub(super) fn word() -> String {
    let mut bytes = [0; 16];
    let read = File::open("/dev/urandom").and_then(|mut source| source.read_exact(&mut bytes));
    if read.is_err() {
        // The keys of hash tables come from the system, too, by a way of their own.
        for half in bytes.chunks_exact_mut(8) {
            half.copy_from_slice(&RandomState::new().hash_one(0).to_ne_bytes());
        }
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_words_are_the_same() {
        let words: std::collections::BTreeSet<_> = (0..100).map(|_| word()).collect();
        assert_eq!(words.len(), 100);
        assert!(words.iter().all(|word| word.len() == 32));
    }
}
