// R4 no-blocking: the continuation of a promise awaits while it holds the lock
// E0728 means: the body of `then` is a turn, and nothing is awaited in it. What awaits goes into `lock.then_async`.

use isolock::{prelude::*, v8};
use std::sync::Arc;

fn save(lock: &mut Lock<'_>, promise: v8::Local<'_, v8::Promise>, store: Arc<Store>) -> Result<(), RunError> {
    lock.then(promise, (store,), |_lock, (store,), text: Result<String, RunError>| match text {
        Ok(text) => store.put(text).await,
        Err(_) => false,
    })?;
    Ok(())
}

struct Store;

impl Portable for Store {}

impl Store {
    async fn put(&self, text: String) -> bool {
        !text.is_empty()
    }
}

fn main() {}
