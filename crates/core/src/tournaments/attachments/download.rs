//! Fetching a file that is attached.
//!
//! Pictures and replays are fetched by browsers, chat programs and players, which send no credential.
//! So the address is enough: a public tournament's files are public like everything else of it, and
//! the address of a private one's carries a proof that ends within two hours. Only who may read the
//! attachment is told that address.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq as _;
use tiltyard_store::repo::{
    attachments::{self, AttachmentRow, FileRow},
    tournaments,
};
use url::Url;

use crate::{Core, Error, clock::HOUR, error::Result, tournaments::Tournament};

impl Core {
    /// Where the attachment's file is fetched: path and query, if it has one.
    pub fn attached_file_path(
        &self,
        tournament: &Tournament,
        row: &AttachmentRow,
    ) -> Option<String> {
        let file = row.file.as_ref()?;
        let mut url = Url::parse(self.public_url()).ok()?;
        url.path_segments_mut().ok()?.clear().extend([
            "attachments",
            &row.id.to_string(),
            &file.name,
        ]);
        if !tournament.row.private {
            return Some(url.path().to_owned());
        }
        // The same address for an hour, so that browsers can keep what is behind it.
        let until = (self.now() / HOUR + 2) * HOUR / 1_000;
        let proof = self.proof(row.id, until, &file.key);
        Some(format!("{}?until={until}&proof={proof}", url.path()))
    }

    fn proof(&self, id: i64, until: i64, key: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.0.secret.file_proof(&format!("{id} {until} {key}")))
    }

    /// The file of an attachment; with the end and the proof of its address, where it has them.
    pub async fn attached_file(&self, id: i64, proof: Option<(&str, &str)>) -> Result<FileRow> {
        let found = self
            .0
            .store
            .read(move |rx| -> Result<_> {
                let Some(row) = attachments::get(rx, id)? else { return Ok(None) };
                let tournament = tournaments::get(rx, row.tournament_id)?;
                Ok(row.file.zip(tournament))
            })
            .await?;
        let (file, tournament) = found.ok_or(Error::NotFound("file"))?;
        if tournament.private {
            let (until, proof) = proof.ok_or(Error::NotFound("file"))?;
            let until = until.parse::<i64>().map_err(|_| Error::NotFound("file"))?;
            let known = self.proof(id, until, &file.key);
            let matches: bool = known.as_bytes().ct_eq(proof.as_bytes()).into();
            if !matches || until <= self.now() / 1_000 {
                return Err(Error::NotFound("file"));
            }
        }
        Ok(file)
    }
}
