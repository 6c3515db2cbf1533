// R2 explicit-captures: a critical section takes along a borrow of a cell, which would last as long as the section

use isolock::prelude::*;
use std::cell::RefCell;

async fn store(event: Event, cache: &'static RefCell<Vec<String>>) -> Result<(), RunError> {
    let cache = cache.borrow_mut();
    event
        .critical_section((cache,), |event, (mut cache,)| async move {
            cache.push(event.run((), |lock, ()| lock.entered().to_string()).await?);
            Ok(())
        })
        .await?
}

fn main() {}
