//! Values of common crates cross the boundary of a turn, each with the feature of its name.

use crate::{
    portable::{Otherwise as _, Probe},
    support::*,
};
use isolock::prelude::*;
use isolock_tests::block_on;

const fn portable<T: Portable>() {}

#[test]
fn r2_types_of_common_crates_are_portable() {
    portable::<(bytes::Bytes, bytes::BytesMut)>();
    portable::<(http::Uri, http::uri::Authority, http::uri::PathAndQuery, http::uri::Scheme, http::Method)>();
    portable::<(http::StatusCode, http::Version, http::HeaderMap, http::HeaderName, http::HeaderValue)>();
    portable::<(http::Request<String>, http::Response<Vec<u8>>, http::request::Parts, http::response::Parts)>();
    portable::<(http::Error, http::uri::InvalidUri, http::uri::InvalidUriParts, http::method::InvalidMethod)>();
    portable::<(http::status::InvalidStatusCode, http::header::InvalidHeaderName, http::header::InvalidHeaderValue)>();
    portable::<(http::header::MaxSizeReached, http::header::ToStrError)>();
    portable::<(reqwest::Client, reqwest::Request, reqwest::RequestBuilder, reqwest::Response, reqwest::Body)>();
    portable::<(reqwest::Error, reqwest::Url, reqwest::Method, reqwest::header::HeaderMap)>();
    portable::<(serde_json::Value, serde_json::Number, serde_json::Map<String, serde_json::Value>, serde_json::Error)>(
    );
    portable::<(url::Url, url::Origin, url::ParseError, url::Host<String>)>();
    portable::<(uuid::Uuid, uuid::NonNilUuid, uuid::Error)>();
    portable::<anyhow::Error>();
}

#[test]
fn r2_channels_of_tokio_are_portable() {
    use tokio::{
        runtime, sync,
        sync::{broadcast, mpsc, oneshot, watch},
        task,
    };
    portable::<(oneshot::Sender<u8>, oneshot::Receiver<u8>, oneshot::error::RecvError, oneshot::error::TryRecvError)>();
    portable::<(mpsc::Sender<u8>, mpsc::Receiver<u8>, mpsc::WeakSender<u8>, mpsc::OwnedPermit<u8>)>();
    portable::<(mpsc::UnboundedSender<u8>, mpsc::UnboundedReceiver<u8>, mpsc::WeakUnboundedSender<u8>)>();
    portable::<(mpsc::error::SendError<u8>, mpsc::error::TrySendError<u8>, mpsc::error::TryRecvError)>();
    portable::<(broadcast::Sender<u8>, broadcast::Receiver<u8>, broadcast::error::SendError<u8>)>();
    portable::<(broadcast::error::RecvError, broadcast::error::TryRecvError)>();
    portable::<(watch::Sender<u8>, watch::Receiver<u8>, watch::error::SendError<u8>, watch::error::RecvError)>();
    portable::<(sync::Mutex<u8>, sync::RwLock<u8>, sync::Notify, sync::Semaphore, sync::OwnedSemaphorePermit)>();
    portable::<(sync::AcquireError, sync::TryAcquireError)>();
    portable::<(task::JoinHandle<u8>, task::JoinError, task::AbortHandle, runtime::Handle)>();
}

#[test]
fn r2_what_hides_closures_or_holds_a_lock_is_not_portable() {
    let portable = [
        Probe::<http::Extensions>::PORTABLE,
        Probe::<reqwest::ClientBuilder>::PORTABLE,
        Probe::<reqwest::Proxy>::PORTABLE,
        Probe::<tokio::sync::MutexGuard<'static, u8>>::PORTABLE,
        Probe::<tokio::sync::OwnedMutexGuard<u8>>::PORTABLE,
        Probe::<tokio::sync::OwnedRwLockReadGuard<u8>>::PORTABLE,
        Probe::<tokio::sync::mpsc::Sender<IoContext>>::PORTABLE,
        Probe::<tokio::task::JoinSet<u8>>::PORTABLE,
    ];
    assert_eq!(portable, [false; 8]);
}

#[test]
fn r2_values_of_common_crates_go_through_a_turn() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let body = bytes::Bytes::from_static(b"21");
        let uri = http::Uri::from_static("https://host.example/path");
        let url = url::Url::parse("https://user@host.example/other").unwrap();
        let id = uuid::Uuid::from_u128(7);
        let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
        let captures = (body, uri, url, id, sender);
        let response = block_on(ctx.try_run(captures, |lock, (body, uri, url, id, sender)| {
            let number = str::from_utf8(&body)?;
            let doubled = lock.eval(&format!("{number} * 2"))?.to_rust_string_lossy(lock);
            sender.try_send(id)?;
            let json = serde_json::json!({ "path": uri.path(), "user": url.username(), "doubled": doubled });
            Ok::<_, anyhow::Error>(http::Response::builder().status(201).body(json)?)
        }))
        .unwrap();
        assert_eq!(response.status(), http::StatusCode::CREATED);
        let expected = serde_json::json!({ "path": "/path", "user": "user", "doubled": "42" });
        assert_eq!(*response.body(), expected);
        assert_eq!(receiver.try_recv().unwrap().as_u128(), 7);

        // The error of another crate is what comes back, whatever it was.
        let refused = block_on(ctx.try_run((), |lock, ()| {
            lock.eval("1")?;
            anyhow::bail!("no such {}", "tenant");
            #[allow(unreachable_code)]
            Ok::<(), anyhow::Error>(())
        }));
        assert_eq!(refused.unwrap_err().to_string(), "no such tenant");
        let thrown = block_on(
            ctx.try_run((), |lock, ()| lock.eval("throw new Error('js')").map(|_| ()).map_err(anyhow::Error::from)),
        );
        assert!(
            matches!(thrown.unwrap_err().downcast_ref(), Some(RunError::Threw(error)) if error.message.contains("js"))
        );
    });
}

#[test]
fn r2_receivers_are_awaited_in_asynchronous_bodies() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, receiver) = tokio::sync::oneshot::channel::<f64>();
        let doubled = ctx.spawn((receiver,), |event, (receiver,)| async move {
            let number = receiver.await.map_err(|_| RunError::Refused("nobody sent"))?;
            event.run((number,), |lock, (number,)| lock.set_global("got", number)).await??;
            Ok::<_, RunError>(number * 2.0)
        });
        sender.send(21.0).unwrap();
        assert_eq!(block_on(doubled).unwrap().unwrap(), 42.0);
        assert_eq!(block_on(ctx.eval::<f64>("got")).unwrap(), 21.0);
    });
}
