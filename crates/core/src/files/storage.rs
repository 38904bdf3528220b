//! Which object store it is.

use std::{fmt, fs, path::PathBuf, sync::Arc, time::Duration};

use object_store::{
    ObjectStore, RetryConfig, aws::AmazonS3Builder, local::LocalFileSystem, memory::InMemory,
    path::Path,
};

use crate::{Error, error::Result};

/// Bytes of a part in a folder.
const FOLDER_PART: usize = 256 << 10;
/// Bytes of a part in a bucket: the least that S3 takes.
const BUCKET_PART: usize = 5 << 20;

/// Where files lie.
#[derive(Debug, Clone, Default)]
pub enum FileStorage {
    /// Nowhere for long: gone with the process. For tests.
    #[default]
    Memory,
    /// A folder.
    Folder(PathBuf),
    /// A bucket of a service that speaks S3.
    S3(S3Settings),
}

/// A bucket of a service that speaks S3.
#[derive(Clone)]
pub struct S3Settings {
    /// The service's address; Amazon's own without one.
    pub endpoint: Option<String>,
    /// The bucket's name.
    pub bucket: String,
    /// The region.
    pub region: String,
    /// The access key's id.
    pub access_key: String,
    /// The access key's secret.
    pub secret_key: String,
    /// What the keys of all files begin with.
    pub prefix: String,
}

impl fmt::Debug for S3Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Settings")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

/// The store, what its keys begin with, and the size of a part.
pub(super) fn open(storage: &FileStorage) -> Result<(Arc<dyn ObjectStore>, Path, usize)> {
    let none = Path::default();
    Ok(match storage {
        FileStorage::Memory => (Arc::new(InMemory::new()), none, FOLDER_PART),
        FileStorage::Folder(folder) => {
            let cannot = |error: &dyn fmt::Display| {
                Error::internal(format!(
                    "the folder of attachments {} cannot be used: {error}",
                    folder.display()
                ))
            };
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            {
                use std::os::unix::fs::DirBuilderExt as _;
                builder.mode(0o700);
            }
            builder.create(folder).map_err(|error| cannot(&error))?;
            let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| cannot(&error))?;
            // What was answered is kept, also after a power cut.
            let store = store.with_fsync(true).with_automatic_cleanup(true);
            (Arc::new(store), none, FOLDER_PART)
        }
        FileStorage::S3(settings) => {
            let mut builder = AmazonS3Builder::new()
                .with_bucket_name(&settings.bucket)
                .with_region(&settings.region)
                .with_access_key_id(&settings.access_key)
                .with_secret_access_key(&settings.secret_key)
                .with_retry(RetryConfig {
                    max_retries: 3,
                    retry_timeout: Duration::from_secs(30),
                    ..RetryConfig::default()
                })
                // Not every service knows how to delete several at once.
                .with_disable_bulk_delete(true);
            if let Some(endpoint) = &settings.endpoint {
                builder = builder
                    .with_endpoint(endpoint)
                    .with_allow_http(endpoint.starts_with("http://"));
            }
            let store = builder.build().map_err(|error| {
                Error::internal(format!("the bucket of attachments cannot be used: {error}"))
            })?;
            let prefix = Path::parse(&settings.prefix).map_err(|error| {
                Error::internal(format!("the prefix of attachments cannot be used: {error}"))
            })?;
            (Arc::new(store), prefix, BUCKET_PART)
        }
    })
}
