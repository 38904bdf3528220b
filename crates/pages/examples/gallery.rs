//! Writes every page with sample data into a folder, to be looked at in a browser:
//! `cargo run -p tiltyard-pages --example gallery -- FOLDER`.

#[path = "../tests/samples/mod.rs"]
mod samples;

use std::{env, error::Error, fs, path::PathBuf};

use tiltyard_pages::assets;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "target/gallery".to_owned()));
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::ALL {
        fs::write(folder.join(asset.path.trim_start_matches('/')), asset.bytes)?;
    }
    for (name, text) in samples::pages()? {
        fs::write(folder.join(&name), text)?;
    }
    println!("{}", folder.display());
    Ok(())
}
