//! What is shown outside of the pages: pictures for link previews, views for other sites, overlays.

mod flat;
mod look;
mod module;
mod playground;
mod preview;

pub use flat::flat;
pub use look::{Look, Tab};
pub use module::{Module, ModulePage, Overlay, OverlayPage, Show};
pub use playground::PlaygroundPage;
pub use preview::{PREVIEW_HEIGHT, PREVIEW_WIDTH, Preview};
