// R7 no-escape: a host function keeps an argument in a variable of the thread
// E0521 means: the local lives as long as its turn (`'s`), the variable for ever (`'static`). Keep
// `lock.root(handler)`.

use isolock::prelude::*;
use isolock::v8;
use std::cell::RefCell;

thread_local! {
    static HANDLERS: RefCell<Vec<v8::Local<'static, v8::Function>>> = const { RefCell::new(Vec::new()) };
}

#[isolate_fn]
fn on<'s>(_lock: &mut Lock<'s>, handler: v8::Local<'s, v8::Function>) {
    HANDLERS.with_borrow_mut(|handlers| handlers.push(handler));
}

fn main() {}
