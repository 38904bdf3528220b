//! The installation's secret key: from the configuration, or a file in the data directory that is
//! made at the first start.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret as _, SecretBox};
use tiltyard_core::{
    entropy::{Entropy as _, SystemEntropy},
    keys::InstallationSecret,
};

use crate::config::Config;

/// The installation's secret, and whether its file was made just now.
pub(crate) struct Secret {
    bytes: SecretBox<[u8; 32]>,
    new_file: Option<PathBuf>,
}

impl Secret {
    /// The keys that are derived from it.
    pub(crate) fn derived(&self) -> anyhow::Result<InstallationSecret> {
        Ok(InstallationSecret::new(self.bytes.expose_secret())?)
    }

    /// Takes a file that was made just now away again: the database was made under another secret.
    pub(crate) fn forget_if_new(&self) {
        if let Some(path) = &self.new_file {
            // It is told that the secret is not the right one; a file that stays is no more harm.
            let _ = fs::remove_file(path);
        }
    }
}

/// The secret that the configuration names, or the one of the data directory.
pub(crate) fn load(config: &Config) -> anyhow::Result<Secret> {
    if let Some(key) = &config.secrets.key {
        let bytes = SecretBox::new(Box::new(*key.secret().expose_secret()));
        return Ok(Secret { bytes, new_file: None });
    }
    let path = config.default_key_file();
    let (text, new) = match fs::read_to_string(&path) {
        Ok(text) => (text, false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (make(&path)?, true),
        Err(error) => {
            return Err(error).with_context(|| {
                format!(
                    "cannot read {}: run this as the user that the server runs as",
                    path.display()
                )
            });
        }
    };
    let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
    let Some(bytes) = bytes else {
        bail!(
            "{} does not hold 32 bytes in base64; restore it from your backup (what is sealed \
             under it cannot be opened with another)",
            path.display()
        );
    };
    Ok(Secret { bytes: SecretBox::new(Box::new(bytes)), new_file: new.then_some(path) })
}

/// Makes the file, readable by its owner only. Whoever comes second reads what the first made.
fn make(path: &Path) -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    SystemEntropy::default().fill(&mut bytes)?;
    let text = STANDARD.encode(bytes);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the directory {}", folder.display()))?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(mut file) => {
            writeln!(file, "{text}")
                .and_then(|()| file.sync_all())
                .with_context(|| format!("cannot write {}", path.display()))?;
            Ok(text)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
        }
        Err(error) => Err(error).with_context(|| format!("cannot make {}", path.display())),
    }
}
