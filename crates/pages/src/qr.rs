//! QR codes.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

/// Modules of white around the code, as the standard asks (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 4;

/// A QR code as an inline picture: black on white in every colour scheme, with its quiet zone and
/// the text as its label. It takes the size that the style sheet gives it. `None` for a text that
/// is too long, above two thousand bytes.
pub fn svg(text: &str) -> Option<String> {
    // 15 % may be unreadable: a screen is no crumpled paper, and modules should be large.
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let size = code.size + 2 * QUIET;
    let mut path = String::new();
    for row in 0..code.size {
        let mut column = 0;
        // One rectangle for modules that touch, so that no hairline parts them.
        for run in code[row].chunk_by(|one, next| one.value() == next.value()) {
            if run.first().is_some_and(|module| module.value()) {
                let (x, y, width) = (column + QUIET, row + QUIET, run.len());
                write!(path, "M{x} {y}h{width}v1h-{width}z").ok()?;
            }
            column += run.len();
        }
    }
    let label = askama::filters::escape(text, askama::filters::Html).ok()?;
    Some(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {size} {size}\" width=\"200\" height=\"200\" role=\"img\" \
         aria-label=\"QR code of {label}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{size}v{size}h-{size}z\"/><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::svg;

    /// What is dark in the picture, drawn so many pixels wide and high.
    fn drawn(svg: &str, pixels: usize) -> impl Fn(usize, usize) -> u8 {
        let between = |start: &str, end: &str| {
            let (_, rest) = svg.split_once(start).unwrap();
            rest.split_once(end).unwrap().0.to_owned()
        };
        let size: usize = between("viewBox=\"0 0 ", " ").parse().unwrap();
        let mut dark = vec![false; size * size];
        for rectangle in between("/><path d=\"M", "\"").split('M') {
            let (x, rest) = rectangle.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (width, _) = rest.split_once('v').unwrap();
            let number = |text: &str| text.parse::<usize>().unwrap();
            let start = number(y) * size + number(x);
            dark[start..start + number(width)].fill(true);
        }
        move |x, y| {
            let module = |pixel| pixel * size / pixels;
            if dark[module(y) * size + module(x)] { 0 } else { 255 }
        }
    }

    /// Case I23.
    #[rstest]
    #[case("http://127.0.0.1:7110/activate?user_code=BCDF-GHJK")]
    #[case("https://tournaments.a-rather-long-name.example.org/activate?user_code=WDJB-MJHT")]
    #[case("https://t.example/activate?user_code=XXXX-ZZZZ&\"<")]
    fn readable_at_200_pixels(#[case] text: &str) {
        let picture = svg(text).unwrap();
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(200, 200, drawn(&picture, 200));
        let found = image.detect_grids();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].decode().unwrap().1, text);
        assert!(!picture.contains("&\"<"));
    }

    #[test]
    fn what_is_too_long_has_no_picture() {
        assert!(svg(&"x".repeat(3_000)).is_none());
    }
}
