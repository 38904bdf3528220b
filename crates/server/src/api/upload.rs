//! Files in requests: forms (`multipart/form-data`) whose file goes to its store as it comes, and
//! files that stand in JSON.

use std::time::Duration;

use axum::{
    BoxError,
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use futures_util::{Stream, StreamExt as _, stream};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::Value;
use tiltyard_core::{
    Actor, Core, Error, Patch,
    files::{PATIENCE, StoredFile, Upload},
    tournaments::{By, attachments::AttachTo},
};
use tokio::time::{error::Elapsed, timeout};

/// Longest text in a form, in bytes.
const TEXT_MAX: usize = 64 * 1024;
/// Most fields of a form.
const FIELDS_MAX: usize = 64;

/// How long a form may pause: an upload takes a place from others.
const PAUSE: Duration = Duration::from_secs(30);

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a form said.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// Texts by name: of `data[attributes][url]`, `url`.
    pub(super) texts: Texts,
    /// The file, if one was sent, as `asset` or `file`.
    pub(super) file: Option<StoredFile>,
}

/// Why a form could not be read.
#[derive(Debug)]
pub(super) enum FormError {
    /// It is larger than any that is taken.
    TooLarge,
    /// It is no form, or ended early.
    Broken(String),
    /// The file was refused.
    Refused(Error),
}

impl From<Error> for FormError {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<multer::Error> for FormError {
    fn from(error: multer::Error) -> Self {
        match error {
            multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
                Self::TooLarge
            }
            error => Self::Broken(error.to_string()),
        }
    }
}

/// The boundary of a form's parts, if the request is a form.
pub(super) fn boundary(headers: &HeaderMap) -> Option<String> {
    multer::parse_boundary(headers.get(header::CONTENT_TYPE)?.to_str().ok()?).ok()
}

/// Reads a form; its file goes to `upload`.
pub(super) async fn form(
    core: &Core,
    mut upload: Upload,
    boundary: String,
    body: Body,
) -> Result<Form, FormError> {
    let mut parts = parts(core, boundary, body);
    let read = timeout(PATIENCE, fields(&mut parts, &mut upload, None)).await;
    let (texts, name) = in_time(&mut upload, read).await?;
    let texts = texts.into_iter().map(|(name, text)| (last_name(&name).to_owned(), text)).collect();
    let file = match name {
        Some(name) => Some(upload.finish(&name).await?),
        None => None,
    };
    Ok(Form { texts, file })
}

/// The parts of a form, which are not yet read.
pub(super) fn parts(core: &Core, boundary: String, body: Body) -> Multipart<'static> {
    let most = core.settings().attachments.file_bytes + (FIELDS_MAX * 1024) as u64;
    let limit = SizeLimit::new().whole_stream(most);
    let constraints = Constraints::new().size_limit(limit);
    Multipart::with_constraints(steady(body), boundary, constraints)
}

/// What was read, if it came in time; otherwise the upload is given up.
pub(super) async fn in_time<T>(
    upload: &mut Upload,
    read: Result<Result<T, FormError>, Elapsed>,
) -> Result<T, FormError> {
    let read = read.unwrap_or_else(|_| Err(FormError::Broken("it took too long".to_owned())));
    if read.is_err() {
        upload.give_up().await;
    }
    read
}

/// The body, which breaks off where it pauses for too long.
fn steady(body: Body) -> impl Stream<Item = Result<Bytes, BoxError>> + Send + 'static {
    let stream = body.into_data_stream();
    stream::unfold(stream, async |mut stream| match timeout(PAUSE, stream.next()).await {
        Ok(next) => next.map(|next| (next.map_err(BoxError::from), stream)),
        Err(_) => Some((Err("it paused for too long".into()), stream)),
    })
}

/// Texts of a form by name.
type Texts = Vec<(String, String)>;

/// Whether a field of this name takes a file.
pub(super) fn takes_file(name: &str) -> bool {
    matches!(last_name(name), "asset" | "file")
}

/// The texts of the fields that are left, and the name of the file if there is one; `file` if there
/// was one before.
pub(super) async fn fields(
    parts: &mut Multipart<'_>,
    upload: &mut Upload,
    mut file: Option<String>,
) -> Result<(Texts, Option<String>), FormError> {
    let mut texts = Vec::new();
    for _ in 0..FIELDS_MAX {
        let Some(mut field) = parts.next_field().await? else { return Ok((texts, file)) };
        let name = field.name().unwrap_or_default().to_owned();
        if !takes_file(&name) {
            let text = text(&mut field).await?;
            texts.push((name, text));
            continue;
        }
        let file_name = field.file_name().unwrap_or_default().to_owned();
        let mut empty = true;
        while let Some(chunk) = field.chunk().await? {
            if file.is_some() && !chunk.is_empty() {
                return Err(Error::invalid("asset", "must be one file").into());
            }
            empty &= chunk.is_empty();
            upload.write(&chunk).await?;
        }
        // Browsers send a field without name and bytes where no file was chosen.
        if file.is_none() && !(empty && file_name.is_empty()) {
            file = Some(file_name);
        }
    }
    Err(FormError::Broken("it has too many fields".to_owned()))
}

/// The text of a field.
pub(super) async fn text(field: &mut Field<'_>) -> Result<String, FormError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > TEXT_MAX {
            return Err(FormError::TooLarge);
        }
    }
    String::from_utf8(bytes).map_err(|_| FormError::Broken("a text is not UTF-8".to_owned()))
}

/// `url` of `data[attributes][url]`.
fn last_name(name: &str) -> &str {
    name.strip_suffix(']').and_then(|name| name.rsplit_once('[')).map_or(name, |(_, last)| last)
}

/// A file that stands in JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inline {
    name: String,
    bytes: Vec<u8>,
}

impl Inline {
    /// Reads `{filename, data}` with the bytes in base64, or a data URL (RFC 2397).
    pub(super) fn read(sent: &Value) -> Result<Self, &'static str> {
        const SHAPE: &str = "must be an object with `filename` and `data` (base64), or a data URL in \
            base64; larger files are sent as multipart/form-data";
        let text = |names: &[&str]| names.iter().find_map(|name| sent.get(name)?.as_str());
        let (name, data) = match sent {
            Value::String(data) if data.starts_with("data:") => ("", data.as_str()),
            Value::Object(_) => {
                let name = text(&["filename", "file_name", "name"]).unwrap_or_default();
                (name, text(&["data", "content"]).ok_or(SHAPE)?)
            }
            _ => return Err(SHAPE),
        };
        let encoded = match data.strip_prefix("data:") {
            None => data,
            Some(rest) => {
                let (head, encoded) = rest.split_once(',').ok_or(SHAPE)?;
                if !head.to_ascii_lowercase().ends_with(";base64") {
                    return Err(SHAPE);
                }
                encoded
            }
        };
        let encoded: Vec<u8> = encoded.bytes().filter(|it| !it.is_ascii_whitespace()).collect();
        let bytes = BASE64.decode(encoded).map_err(|_| "has data that is not base64")?;
        Ok(Self { name: name.to_owned(), bytes })
    }

    async fn store(self, mut upload: Upload) -> Result<StoredFile, Error> {
        upload.write(&self.bytes).await?;
        upload.finish(&self.name).await
    }
}

/// The file that stands in an attribute; null takes it away.
pub(super) fn inline(sent: Option<Value>) -> Result<Patch<Inline>, Error> {
    match sent {
        None => Ok(Patch::Keep),
        Some(Value::Null) => Ok(Patch::Clear),
        Some(asset) => match Inline::read(&asset) {
            Ok(inline) => Ok(Patch::Set(inline)),
            Err(problem) => Err(Error::invalid("asset", problem)),
        },
    }
}

/// Stores the file of an attribute, for whoever may attach it.
pub(super) async fn store(
    core: &Core,
    actor: &Actor,
    by: By,
    to: AttachTo,
    inline: Patch<Inline>,
) -> Result<Patch<StoredFile>, Error> {
    Ok(match inline {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(inline) => {
            let upload = core.begin_upload(actor, by, to).await?;
            Patch::Set(inline.store(upload).await?)
        }
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case("url", "url")]
    #[case("data[attributes][url]", "url")]
    #[case("match_attachment[asset]", "asset")]
    #[case("]", "]")]
    #[case("", "")]
    fn names_of_fields(#[case] name: &str, #[case] last: &str) {
        assert_eq!(last_name(name), last);
    }

    #[rstest]
    #[case(json!({"filename": "a.txt", "data": "aGk="}), Ok(("a.txt", "hi")))]
    #[case(json!({"filename": "a.txt", "content_type": "text/html", "data": "aG\nk"}), Ok(("a.txt", "hi")))]
    #[case(json!({"data": "data:text/plain;base64,aGk="}), Ok(("", "hi")))]
    #[case(json!("data:image/png;BASE64,aGk"), Ok(("", "hi")))]
    #[case(json!("data:text/html,<script>"), Err("must be"))]
    #[case(json!("aGk="), Err("must be"))]
    #[case(json!({"filename": "a.txt"}), Err("must be"))]
    #[case(json!({"data": "!"}), Err("has data"))]
    #[case(json!([]), Err("must be"))]
    fn files_in_json(#[case] sent: Value, #[case] read: Result<(&str, &str), &str>) {
        match (Inline::read(&sent), read) {
            (Ok(inline), Ok((name, text))) => {
                assert_eq!(
                    (inline.name.as_str(), inline.bytes.as_slice()),
                    (name, text.as_bytes())
                );
            }
            (Err(problem), Err(start)) => assert!(problem.starts_with(start), "{problem}"),
            (read, _) => panic!("{read:?}"),
        }
    }
}
