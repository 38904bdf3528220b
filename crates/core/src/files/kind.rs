//! What a file is, by its first bytes and nothing else: what its sender claims is not believed.

/// How many bytes are looked at.
pub(super) const HEAD: usize = 16;

/// The media type of whatever is not a picture of a known kind: browsers save it.
pub const OTHER: &str = "application/octet-stream";

/// Pictures made of dots. Browsers show them without running anything in them; SVG is a program.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Whether browsers may show it in place.
pub fn is_picture(content_type: &str) -> bool {
    PICTURES.contains(&content_type)
}

/// The media type under which a file that begins like this is served.
pub(super) fn of(head: &[u8]) -> &'static str {
    let [png, jpeg, gif, webp] = PICTURES;
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => png,
        [0xff, 0xd8, 0xff, ..] => jpeg,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => gif,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp,
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{OTHER, is_picture, of};

    #[rstest]
    #[case(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png")]
    #[case(b"\xff\xd8\xff\xe0", "image/jpeg")]
    #[case(b"GIF89a/*", "image/gif")]
    #[case(b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp")]
    #[case(b"RIFF\x24\0\0\0WAVEfmt ", OTHER)]
    #[case(b"<!doctype html>", OTHER)]
    #[case(b"<svg xmlns=", OTHER)]
    #[case(b"%PDF-1.7", OTHER)]
    #[case(b" GIF89a", OTHER)]
    #[case(b"", OTHER)]
    fn kinds(#[case] head: &[u8], #[case] kind: &str) {
        assert_eq!(of(head), kind);
        assert_eq!(is_picture(kind), kind != OTHER);
    }
}
