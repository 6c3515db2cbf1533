// R2 explicit-captures: a host function captures an `Arc<dyn Any>`, in which anything may hide

use isolock::prelude::*;
use std::{any::Any, sync::Arc};

#[isolate_fn]
fn tenant(#[capture] state: &Arc<dyn Any + Send + Sync>) -> Option<String> {
    state.downcast_ref::<String>().cloned()
}

fn main() {}
