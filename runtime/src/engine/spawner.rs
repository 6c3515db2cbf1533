//! Who polls asynchronous host functions.

use futures::{
    executor::ThreadPool,
    future::FutureObj,
    task::{Spawn, SpawnError},
};
use std::sync::{Arc, OnceLock};

pub(crate) type SharedSpawner = Arc<dyn Spawn + Send + Sync>;

/// The default: a small thread pool of its own, made when the first task comes.
pub(crate) struct PoolSpawner {
    threads: usize,
    pool: OnceLock<ThreadPool>,
}

impl PoolSpawner {
    pub(crate) fn new(threads: usize) -> Self {
        Self { threads, pool: OnceLock::new() }
    }
}

impl Spawn for PoolSpawner {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        if let Some(pool) = self.pool.get() {
            return pool.spawn_obj(future);
        }
        let pool = ThreadPool::builder()
            .pool_size(self.threads)
            .stack_size(4 << 20)
            .name_prefix("isolock-tasks-")
            .create()
            .map_err(|_| SpawnError::shutdown())?;
        self.pool.get_or_init(|| pool).spawn_obj(future)
    }
}

/// Polls asynchronous host functions on a tokio runtime. Used by default if the [`Runtime`](super::Runtime) is built
/// inside one.
#[cfg(feature = "tokio")]
pub struct TokioSpawner(pub tokio::runtime::Handle);

#[cfg(feature = "tokio")]
impl Spawn for TokioSpawner {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        drop(self.0.spawn(future));
        Ok(())
    }
}
