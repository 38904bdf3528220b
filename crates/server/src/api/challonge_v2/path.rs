//! Parameters of paths, refused in the dialect's own form.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{StatusCode, request::Parts},
};

use super::error::ApiError;

/// The parameters of a path, without the community that a path may begin with.
pub(super) struct ApiPath<T>(pub(super) T);

/// As many parameters as a route has.
pub(super) trait Parameters: Sized {
    /// The parameters, if there are as many.
    fn of(values: Vec<String>) -> Option<Self>;
}

impl Parameters for String {
    fn of(values: Vec<String>) -> Option<Self> {
        let [only] = <[String; 1]>::try_from(values).ok()?;
        Some(only)
    }
}

impl Parameters for (String, String) {
    fn of(values: Vec<String>) -> Option<Self> {
        let [first, second] = <[String; 2]>::try_from(values).ok()?;
        Some((first, second))
    }
}

impl Parameters for (String, String, String) {
    fn of(values: Vec<String>) -> Option<Self> {
        let [first, second, third] = <[String; 3]>::try_from(values).ok()?;
        Some((first, second, third))
    }
}

impl<T: Parameters, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let values = RawPathParams::from_request_parts(parts, state).await.ok().map(|params| {
            let own = params.iter().filter(|(name, _)| *name != "community");
            own.map(|(_, value)| value.to_owned()).collect()
        });
        values.and_then(T::of).map(Self).ok_or_else(|| {
            ApiError::new(StatusCode::BAD_REQUEST, "The path is not valid percent-encoded UTF-8.")
        })
    }
}
