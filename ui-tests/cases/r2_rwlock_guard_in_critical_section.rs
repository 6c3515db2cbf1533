// R2 explicit-captures: a critical section takes along the guard of a lock, and would keep it while others wait

use isolock::prelude::*;
use std::sync::RwLock;

async fn publish(event: Event, settings: &RwLock<Vec<String>>) -> Result<(), RunError> {
    let settings = settings.read().unwrap();
    event
        .critical_section((settings,), |event, (settings,)| async move {
            event.try_run((settings.len() as f64,), |lock, (count,)| lock.set_global("count", count)).await
        })
        .await?
}

fn main() {}
