//! The card that other sites show for a link to a tournament.

use std::fmt::Write as _;

use crate::bracket::{Xml, clip, letters};

/// Width of the card, as the sites that show it ask for.
pub const PREVIEW_WIDTH: u32 = 1200;
/// Its height.
pub const PREVIEW_HEIGHT: u32 = 630;

/// Height of the band with name and summary.
const BAND: u32 = 196;
/// Space around what is drawn.
const EDGE: u32 = 44;
/// Smaller than this nobody reads it: a part is shown then, from the upper left corner.
const SMALLEST: f64 = 0.4;
/// Larger than this it looks empty.
const LARGEST: f64 = 1.5;

/// What the card says.
#[derive(Debug, Clone)]
pub struct Preview<'a> {
    /// Name of the tournament.
    pub name: &'a str,
    /// One line about it.
    pub summary: &'a str,
    /// Name of the installation.
    pub site: &'a str,
    /// The picture, standalone and [flat](super::flat()); none where nothing can be drawn.
    pub picture: Option<&'a str>,
}

/// An attribute of the picture's first element.
fn attribute(tag: &str, name: &str) -> Option<f64> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"')?.0.parse().ok().filter(|value| *value > 0.0)
}

impl Preview<'_> {
    /// The card as a document.
    pub fn svg(&self) -> String {
        let (width, height) = (PREVIEW_WIDTH, PREVIEW_HEIGHT);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"Tiltyard Sans\">\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#f4f2ec\"/>"
        );
        if let Some(picture) = self.picture {
            Self::write_picture(&mut out, picture);
        }
        let room = PREVIEW_WIDTH - 2 * EDGE - 90;
        // An average letter is a little more than half as wide as it is high.
        let size = [60, 52, 44].into_iter().find(|size| fits(self.name, *size, room)).unwrap_or(38);
        let name = clip(self.name, (room * 10 / (size * 6)) as usize);
        let summary = clip(self.summary, (room / 14) as usize);
        let site = clip(self.site, 40);
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<rect width=\"{width}\" height=\"{BAND}\" fill=\"#15171d\"/>\
             <rect y=\"{BAND}\" width=\"{width}\" height=\"6\" fill=\"#b3202c\"/>\
             <svg x=\"{EDGE}\" y=\"52\" width=\"72\" height=\"81\" viewBox=\"0 0 32 36\">{SHIELD}</svg>\
             <text x=\"140\" y=\"102\" font-size=\"{size}\" font-weight=\"700\" fill=\"#f6f4ee\">{}</text>\
             <text x=\"140\" y=\"152\" font-size=\"27\" fill=\"#c9c7c0\">{}</text>\
             <text x=\"{}\" y=\"36\" font-size=\"20\" font-weight=\"700\" text-anchor=\"end\" \
             fill=\"#e3b341\">{}</text></svg>",
            Xml(&name),
            Xml(&summary),
            width - EDGE,
            Xml(&site)
        );
        out
    }

    /// The picture below the band, as large as it fits; of one that is too large, its beginning.
    fn write_picture(out: &mut String, picture: &str) {
        let body = picture.find("<svg").and_then(|start| picture.get(start..)).unwrap_or_default();
        let Some((tag, rest)) = body.split_once('>') else { return };
        let (Some(width), Some(height)) = (attribute(tag, "width"), attribute(tag, "height"))
        else {
            return;
        };
        let room_x = f64::from(PREVIEW_WIDTH - 2 * EDGE);
        let room_y = f64::from(PREVIEW_HEIGHT - BAND - EDGE);
        let scale = (room_x / width).min(room_y / height).clamp(SMALLEST, LARGEST);
        let (shown_x, shown_y) = ((room_x / scale).min(width), (room_y / scale).min(height));
        let x = f64::from(EDGE) + (room_x - shown_x * scale) / 2.0;
        let y = f64::from(BAND) + 22.0 + (room_y - shown_y * scale) / 2.0;
        let _ = write!(
            out,
            "<svg class=\"bracket\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
             viewBox=\"0 0 {shown_x:.1} {shown_y:.1}\">{rest}",
            shown_x * scale,
            shown_y * scale,
        );
    }
}

fn fits(text: &str, size: u32, room: u32) -> bool {
    letters(text) <= (room * 10 / (size * 6)) as usize
}

/// The shield of the site, in its own box of 32 by 36.
const SHIELD: &str = "<path fill=\"#b3202c\" d=\"M2 2h28v15c0 8-5.500 13.500-14 17.500C7.500 30.500 2 25 2 17z\"/>\
    <path fill=\"#f6f4ee\" d=\"M2 21.800 30 5.600v7.600L4.800 27.800C3.200 26 2.300 24 2 21.800z\"/>\
    <path fill=\"none\" stroke=\"#e3b341\" stroke-width=\"2\" d=\"M2 2h28v15c0 8-5.500 13.500-14 17.500C7.500 30.500 2 25 2 17z\"/>";

#[cfg(test)]
mod tests {
    use super::Preview;
    use rstest::rstest;

    fn card(name: &str, picture: Option<&str>) -> String {
        Preview { name, summary: "Single elimination, 4 participants", site: "Lists", picture }
            .svg()
    }

    #[rstest]
    // In the middle, enlarged by half at most; as large as it fits; the beginning of what is too large.
    #[case(
        100,
        100,
        "x=\"525.0\" y=\"338.0\" width=\"150.0\" height=\"150.0\" viewBox=\"0 0 100.0 100.0\""
    )]
    #[case(
        1112,
        195,
        "x=\"44.0\" y=\"315.5\" width=\"1112.0\" height=\"195.0\" viewBox=\"0 0 1112.0 195.0\""
    )]
    #[case(
        4000,
        3000,
        "x=\"44.0\" y=\"218.0\" width=\"1112.0\" height=\"390.0\" viewBox=\"0 0 2780.0 975.0\""
    )]
    fn pictures_are_placed(#[case] width: u32, #[case] height: u32, #[case] place: &str) {
        let picture = format!(
            "<?xml?>\n<svg class=\"bracket\" width=\"{width}\" height=\"{height}\"><g/></svg>"
        );
        let card = card("Cup", Some(&picture));
        assert!(card.contains(place), "{card}");
        assert_eq!(card.matches("<svg").count(), card.matches("</svg>").count());
    }

    #[test]
    fn long_and_hostile_names_stay_within() {
        let card = card(&"<b>W&</b>".repeat(30), Some("<svg"));
        assert!(card.contains("&lt;b&gt;W&amp;") && card.contains('…'));
        assert!(!card.contains("<b>"));
    }
}
