//! A bound on how deep code is nested, before anything that recurses sees it: a stack that overflows ends the process.

use super::Mistake;

/// How deep code may be nested, operators in a row included.
const DEEPEST: usize = 1500;

/// Refuses code that is nested too deep. It looks at characters alone, and rather counts too much than too little.
pub(super) fn check(source: &str) -> Result<(), Mistake> {
    if deepest(source) > DEEPEST {
        return Err(Mistake::new(format!(
            "the code is nested too deep: more than {DEEPEST} levels and operators in a row"
        )));
    }
    Ok(())
}

fn deepest(source: &str) -> usize {
    let mut found = 0;
    // For each bracket that is open: how long the chain of operators and words is in which it stands.
    let mut outer: Vec<usize> = Vec::new();
    let mut sum = 0;
    let mut chain = 0;
    let mut before_line = 0;
    let mut last = ';';
    let mut at_line_start = false;
    let mut is_in_word = false;
    let mut letters = source.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => {
                if !at_line_start {
                    before_line = chain;
                }
                if !is_operator(last) {
                    chain = 0;
                }
                at_line_start = true;
                is_in_word = false;
                continue;
            }
            letter if letter.is_whitespace() => {
                is_in_word = false;
                continue;
            }
            _ => {}
        }
        if at_line_start && is_operator(letter) {
            chain = before_line;
        }
        at_line_start = false;
        match letter {
            '"' | '\'' => skip_text(&mut letters, letter),
            '(' | '[' | '{' => {
                outer.push(chain);
                sum += chain + 1;
                chain = 0;
            }
            ')' | ']' | '}' => {
                if let Some(before) = outer.pop() {
                    sum -= before + 1;
                    chain = if letter == '}' && before < 4 { 0 } else { before };
                }
            }
            ';' | ',' => chain = 0,
            letter if is_operator(letter) => chain += 1,
            // A word in front of another: `typeof typeof a`, `else if`.
            letter if !is_in_word && is_word(letter) => chain += 1,
            _ => {}
        }
        is_in_word = is_word(letter);
        last = letter;
        found = found.max(sum + chain);
    }
    found
}

fn skip_text(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, quote: char) {
    while let Some(letter) = letters.peek().copied() {
        if letter == '\n' {
            return;
        }
        letters.next();
        match letter {
            '\\' => drop(letters.next()),
            letter if letter == quote => return,
            _ => {}
        }
    }
}

fn is_operator(letter: char) -> bool {
    "!~+-*/%<>=?:&|^.".contains(letter)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_shallow() {
        let data = format!(
            "const rows = [{}];",
            "{\"a\": 1.5, \"b\": [-1, \"x + y\"]},\n".repeat(20_000)
        );
        let code = "const a = await page.title()\nif (a.b.c) { console.log(a + 1) }\n".repeat(5_000);
        let text = format!("const image = \"{}\"", "a+/b".repeat(100_000));
        for code in [data, code, text] {
            assert_eq!(check(&code), Ok(()));
        }
    }

    #[test]
    fn what_is_deep_is_refused() {
        for unit in [
            "(", "[", "{", "!", "a=>", "a+", "a.", "typeof ", "a?b:", "!\n", ".a\n", "if(a)", "f(",
        ] {
            assert!(check(&unit.repeat(20_000)).is_err(), "{unit}");
        }
    }
}
