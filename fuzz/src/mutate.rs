//! Inputs made up from the corpus, the same ones at every run.

/// Bits of what the parsers look for.
const WORDS: [&[u8]; 40] = [
    b"&",
    b"=",
    b"%",
    b"%00",
    b"%ff",
    b"+",
    b"%2B",
    b"[",
    b"]",
    b"[]",
    b"{",
    b"}",
    b"\"",
    b"\\u0000",
    b":",
    b",",
    b"null",
    b"true",
    b"1e999",
    b"..",
    b"/",
    b"//",
    b"\\",
    b"@",
    b"?",
    b"#",
    b"#_",
    b"http://127.0.0.1",
    b"http://[::1]",
    b"http://localhost",
    b"https://",
    b"javascript:",
    b" ",
    b"\t",
    b"\r\n",
    b"\0",
    b"\xff\xfe",
    b"\xc3\xa9",
    b"Bearer ",
    b"client_id=",
];

/// Changes inputs at random; the seed says how.
#[derive(Debug, Clone)]
pub struct Mutator(u64);

impl Mutator {
    /// A stream of changes that only the seed decides.
    pub const fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below the bound, by xorshift64*.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or_default() % bound.max(1)
    }

    /// An input near one of the corpus; now and then far from all, or long.
    pub fn input(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut input = match (self.below(16), corpus) {
            (0, _) | (_, []) => (0..self.below(200)).map(|_| self.byte()).collect(),
            _ => corpus[self.below(corpus.len())].clone(),
        };
        for _ in 0..=self.below(6) {
            self.change(&mut input, corpus);
        }
        input
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or_default()
    }

    fn change(&mut self, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let at = self.below(input.len() + 1);
        match self.below(8) {
            0 => input.truncate(at),
            1 => {
                let end = (at + 1 + self.below(8)).min(input.len());
                input.drain(at..end);
            }
            2 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
            3 => {
                let byte = self.byte();
                input.insert(at, byte);
            }
            4 | 5 => {
                let word = WORDS[self.below(WORDS.len())];
                input.splice(at..at, word.iter().copied());
            }
            6 if !corpus.is_empty() => {
                let other = &corpus[self.below(corpus.len())];
                let from = self.below(other.len() + 1);
                input.splice(at..at, other[from..].iter().copied());
            }
            _ => {
                // The same again and again: nests, repeats, and what is too long.
                let end = (at + 1 + self.below(12)).min(input.len());
                let part = input[at..end].repeat(1 << self.below(10));
                input.splice(at..at, part);
            }
        }
    }
}
