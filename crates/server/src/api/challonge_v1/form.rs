//! Forms with a file. What is no larger than other bodies may be is read like them; of a larger one
//! the file waits until it is known who sends it, and goes to its store as it comes. So where it is
//! large, what names the key and the method stands before it, in the query or in a header.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{body::Body, http::request::Parts};
use multer::{Field, Multipart};
use serde_json::Value;
use tiltyard_core::files::{PATIENCE, StoredFile, Upload};
use tokio::time::timeout;

use super::{
    error::ApiError,
    parameters::{Parameters, Unreadable},
};
use crate::{
    App,
    api::upload::{self, FormError},
    http::body::{self, BodyError},
};

/// A file in a form, as far as it has come.
pub(super) struct File {
    name: String,
    bytes: Vec<u8>,
    rest: Option<(Field<'static>, Multipart<'static>)>,
}

/// The file of a request, for whoever takes it.
#[derive(Clone, Default)]
pub(super) struct Arriving(Arc<Mutex<Option<File>>>);

impl Arriving {
    pub(super) fn new(file: Option<File>) -> Self {
        Self(Arc::new(Mutex::new(file)))
    }

    /// The file, once.
    pub(super) fn take(&self) -> Option<File> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl From<FormError> for Unreadable {
    fn from(error: FormError) -> Self {
        match error {
            FormError::TooLarge => BodyError::TooLarge.into(),
            FormError::Broken(why) => Self::new(format!("The body is no multipart form: {why}.")),
            FormError::Refused(error) => Self::invalid(error.to_string()),
        }
    }
}

impl From<multer::Error> for Unreadable {
    fn from(error: multer::Error) -> Self {
        FormError::from(error).into()
    }
}

impl From<FormError> for ApiError {
    fn from(error: FormError) -> Self {
        match error {
            FormError::Refused(error) => error.into(),
            other => Unreadable::from(other).into(),
        }
    }
}

/// The boundary of the form's parts where the request may bring a file: only attachments take one.
pub(super) fn with_file(parts: &Parts) -> Option<String> {
    let mut words = parts.uri.path().split('/').filter(|word| !word.is_empty());
    let attaches = words.nth(2) == Some("matches") && words.nth(1) == Some("attachments");
    attaches.then(|| upload::boundary(&parts.headers)).flatten()
}

/// Reads a form, up to where its file is larger than a body may be.
pub(super) async fn read(
    app: &App,
    boundary: String,
    body: Body,
    parameters: &mut Parameters,
) -> Result<Option<File>, Unreadable> {
    let parts = upload::parts(app.core(), boundary, body);
    let mut form = Parameters::default();
    let file = timeout(body::PATIENCE, fields(parts, app.options().body_limit, &mut form)).await;
    let file = file.map_err(|_| Unreadable::from(BodyError::Broken))??;
    parameters.add_all(form);
    Ok(file)
}

async fn fields(
    mut parts: Multipart<'static>,
    limit: usize,
    form: &mut Parameters,
) -> Result<Option<File>, Unreadable> {
    let mut left = limit;
    let mut file = None;
    while let Some(mut field) = parts.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let is_file = file_name.is_some() && upload::takes_file(&name);
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await? {
            bytes.extend_from_slice(&chunk);
            match left.checked_sub(chunk.len()) {
                Some(less) => left = less,
                None if is_file && file.is_none() => {
                    let name = file_name.unwrap_or_default();
                    return Ok(Some(File { name, bytes, rest: Some((field, parts)) }));
                }
                None => return Err(BodyError::TooLarge.into()),
            }
        }
        match file_name {
            None => {
                let text = String::from_utf8(bytes);
                let text =
                    text.map_err(|_| Unreadable::new("The body has a text that is not UTF-8."))?;
                form.add(&name, Value::String(text));
            }
            // Browsers send a field without name and bytes where no file was chosen.
            Some(name) if is_file && !(name.is_empty() && bytes.is_empty()) => {
                let first = file.replace(File { name, bytes, rest: None });
                if first.is_some() {
                    return Err(Unreadable::invalid("Asset must be one file"));
                }
            }
            Some(_) => {}
        }
    }
    Ok(file)
}

impl File {
    /// Stores it, and adds what the form says behind it.
    pub(super) async fn store(
        self,
        mut upload: Upload,
        parameters: &mut Parameters,
    ) -> Result<StoredFile, FormError> {
        let Self { name, bytes, rest } = self;
        let read = timeout(PATIENCE, async {
            upload.write(&bytes).await?;
            let Some((mut field, mut parts)) = rest else { return Ok(Vec::new()) };
            while let Some(chunk) = field.chunk().await? {
                upload.write(&chunk).await?;
            }
            drop(field);
            let (texts, _) = upload::fields(&mut parts, &mut upload, Some(name.clone())).await?;
            Ok(texts)
        });
        let read = read.await;
        let mut form = Parameters::default();
        for (name, text) in upload::in_time(&mut upload, read).await? {
            form.add(&name, Value::String(text));
        }
        parameters.add_all(form);
        Ok(upload.finish(&name).await?)
    }
}
