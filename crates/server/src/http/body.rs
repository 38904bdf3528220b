//! Reading a request's body, within bounds.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// Larger than allowed.
    TooLarge,
    /// The client went away, or what it sent is no body.
    Broken,
}

/// How long a body may take, however slowly it drips.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The body, if it has at most `limit` bytes and is there in time.
pub(crate) async fn read(body: Body, limit: usize) -> Result<Bytes, BodyError> {
    match tokio::time::timeout(PATIENCE, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(BodyError::TooLarge),
        Ok(Err(_)) | Err(_) => Err(BodyError::Broken),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::StreamExt as _;

    use super::*;

    /// One byte a second, for as long as anybody listens.
    fn dripping() -> Body {
        Body::from_stream(futures_util::stream::repeat(()).then(|()| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok::<_, Infallible>(Bytes::from_static(b"x"))
        }))
    }

    /// Case E10.
    #[tokio::test(start_paused = true)]
    async fn a_body_that_drips_is_cut_off() {
        let started = tokio::time::Instant::now();
        assert_eq!(read(dripping(), 1_000).await, Err(BodyError::Broken));
        assert_eq!(started.elapsed(), PATIENCE);
    }

    /// Case E09.
    #[tokio::test(start_paused = true)]
    async fn no_more_is_read_than_is_taken() {
        let started = tokio::time::Instant::now();
        assert_eq!(read(dripping(), 3).await, Err(BodyError::TooLarge));
        assert_eq!(started.elapsed(), Duration::from_secs(4));
        assert_eq!(read(Body::from("abc"), 3).await, Ok(Bytes::from_static(b"abc")));
    }
}
