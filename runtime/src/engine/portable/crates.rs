//! Common crates, each behind the feature of its name.

// An error that hides what it holds, like a boxed one; see `errors.rs`.
#[cfg(feature = "anyhow")]
super::portable!(anyhow::Error);

#[cfg(feature = "bytes")]
super::portable!(bytes::Bytes, bytes::BytesMut);

// Requests and responses hold `Extensions`, a map of anything. They are portable all the same, because carrying them is
// what a host function does; `Extensions` alone are not.
#[cfg(feature = "http")]
super::portable!(
    http::Uri,
    http::uri::Authority,
    http::uri::PathAndQuery,
    http::uri::Scheme,
    http::uri::InvalidUri,
    http::uri::InvalidUriParts,
    http::Method,
    http::method::InvalidMethod,
    http::StatusCode,
    http::status::InvalidStatusCode,
    http::Version,
    http::HeaderName,
    http::HeaderValue,
    http::header::InvalidHeaderName,
    http::header::InvalidHeaderValue,
    http::header::MaxSizeReached,
    http::header::ToStrError,
    http::request::Parts,
    http::response::Parts,
    http::Error,
);
#[cfg(feature = "http")]
super::portable_of!(http::HeaderMap<T>, http::Request<T>, http::Response<T>);

// A `ClientBuilder` and a `Proxy` may hold closures and are not on the list. `reqwest::Url`, `Method`, `StatusCode` and
// headers are those of `url` and `http`, which the feature turns on.
#[cfg(feature = "reqwest")]
super::portable!(
    reqwest::Client,
    reqwest::Request,
    reqwest::RequestBuilder,
    reqwest::Response,
    reqwest::Body,
    reqwest::Error
);

#[cfg(feature = "serde_json")]
super::portable!(serde_json::Value, serde_json::Number, serde_json::Error);
#[cfg(feature = "serde_json")]
super::portable_of!(serde_json::Map<K, V>);

#[cfg(feature = "url")]
super::portable!(url::Url, url::Origin, url::ParseError);
#[cfg(feature = "url")]
super::portable_of!(url::Host<S>);

#[cfg(feature = "uuid")]
super::portable!(uuid::Uuid, uuid::NonNilUuid, uuid::Error);
