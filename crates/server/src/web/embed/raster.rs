//! From SVG to PNG.

use std::sync::{Arc, LazyLock};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Duration, timeout},
};

/// The longest side of a picture, and the most pixels it has; larger ones are made smaller.
const LONGEST: f32 = 8_192.0;
const PIXELS: f32 = 12_000_000.0;
/// A drawing longer than this is not turned into pixels.
pub(super) const LONGEST_DRAWING: usize = 4 * 1024 * 1024;

/// Pictures that are drawn at a time: each takes a processor and up to 48 MB.
const AT_A_TIME: usize = 1;
/// How long somebody waits for a turn.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Our fonts, and behind them the machine's for what ours lack. Read when first needed.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in [
        include_bytes!("../../../../../assets/fonts/TiltyardSans-Regular.ttf").as_slice(),
        include_bytes!("../../../../../assets/fonts/TiltyardSans-Bold.ttf").as_slice(),
    ] {
        fonts.load_font_data(font.to_vec());
    }
    fonts.load_system_fonts();
    fonts.set_sans_serif_family(FAMILY);
    fonts.set_serif_family(FAMILY);
    Arc::new(fonts)
});
const FAMILY: &str = "Tiltyard Sans";

/// Turns for drawing.
#[derive(Debug, Clone)]
pub(crate) struct Rasters(Arc<Semaphore>);

impl Default for Rasters {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_A_TIME)))
    }
}

impl Rasters {
    /// A turn; none where too many wait.
    pub(super) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        timeout(PATIENCE, Arc::clone(&self.0).acquire_owned()).await.ok()?.ok()
    }
}

/// The drawing as a PNG, or why not.
pub(super) fn png(drawing: &str) -> Result<Vec<u8>, String> {
    let options = Options {
        fontdb: Arc::clone(&FONTS),
        font_family: FAMILY.to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(drawing, &options).map_err(|error| error.to_string())?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = (LONGEST / width.max(height)).min((PIXELS / (width * height)).sqrt()).min(1.0);
    let size = tree
        .size()
        .to_int_size()
        .scale_by(scale)
        .ok_or_else(|| format!("{width} by {height} has no pixels"))?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("too many pixels")?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::{FAMILY, FONTS, png};
    use resvg::tiny_skia::Pixmap;
    use rstest::rstest;

    #[rstest]
    #[case(120, 60, (120, 60))]
    #[case(20_000, 100, (8_192, 41))]
    #[case(5_000, 5_000, (3_464, 3_464))]
    fn sizes_have_a_bound(#[case] width: u32, #[case] height: u32, #[case] size: (u32, u32)) {
        let drawing = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'>\
             <rect width='{width}' height='{height}' fill='red'/></svg>"
        );
        let pixels = Pixmap::decode_png(&png(&drawing).unwrap()).unwrap();
        assert_eq!((pixels.width(), pixels.height()), size);
        assert_eq!(pixels.pixel(1, 1).unwrap().red(), 255);
    }

    #[test]
    fn text_is_drawn_with_fonts_of_our_own() {
        let names =
            FONTS.faces().filter(|face| face.families.iter().any(|(name, _)| name == FAMILY));
        let mut weights: Vec<_> = names.map(|face| face.weight.0).collect();
        weights.sort_unstable();
        assert_eq!(weights, [400, 700]);
        let drawn = |weight: u16| {
            let drawing = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='200' height='40'><text x='2' y='30' \
                 font-family='{FAMILY}' font-weight='{weight}' font-size='24'>Ķéльé</text></svg>"
            );
            let pixels = Pixmap::decode_png(&png(&drawing).unwrap()).unwrap();
            pixels.pixels().iter().map(|pixel| u32::from(pixel.alpha())).sum::<u32>()
        };
        assert!(drawn(400) > 20_000);
        assert!(drawn(700) > drawn(400) * 11 / 10, "bold has more ink");
    }

    #[rstest]
    #[case("")]
    #[case("<svg")]
    #[case("<svg xmlns='http://www.w3.org/2000/svg' width='0' height='9'/>")]
    fn what_is_no_drawing_is_said(#[case] drawing: &str) {
        assert!(png(drawing).is_err());
    }
}
