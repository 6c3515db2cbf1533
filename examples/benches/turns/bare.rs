//! The reference: turns and callbacks written by hand on the bare v8 crate.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is what isolock is compared with: no queue, no limits, no catch, and nothing checked"
)]

use super::{calls, turn};
use isolock::v8;
use std::{hint::black_box, pin::pin, time::Instant};

/// An isolate and a context with what a careful person would set up, too: explicit microtasks on a queue of their own.
pub(crate) struct Bare {
    // In the order in which they must go.
    context: v8::Global<v8::Context>,
    add: v8::Global<v8::Function>,
    microtasks: v8::MicrotaskQueueHandle,
    isolate: v8::SharedIsolate,
}

impl Bare {
    pub(crate) fn new() -> Self {
        let mut isolate = v8::Isolate::new(v8::CreateParams::default());
        isolate.set_microtasks_policy(v8::MicrotasksPolicy::Explicit);
        // SAFETY: nothing is attached to the isolate.
        let isolate = unsafe { isolate.try_into_shared() }.expect("a fresh isolate can be shared");
        let mut locker = isolate.lock();
        let microtasks = v8::MicrotaskQueue::new(&mut locker, v8::MicrotasksPolicy::Explicit);
        let (context, add) = {
            let scope = pin!(v8::HandleScope::new(&mut *locker));
            let mut scope = scope.init();
            let queue: *const v8::MicrotaskQueue = &*microtasks;
            let options = v8::ContextOptions { microtask_queue: Some(queue.cast_mut()), ..Default::default() };
            let context = v8::Context::new(&scope, options);
            let scope = &mut v8::ContextScope::new(&mut scope, context);
            let add = v8::Function::new(scope, add).expect("a function");
            let key = v8::String::new(scope, "add").expect("a short string");
            context.global(scope).set(scope, key.into(), add.into());
            let source = v8::String::new(scope, calls::SCRIPT).expect("a short string");
            v8::Script::compile(scope, source, None).and_then(|script| script.run(scope)).expect("a good script");
            let key = v8::String::new(scope, "addMany").expect("a short string");
            let many = context.global(scope).get(scope, key.into()).expect("defined by the script");
            let many = v8::Local::<v8::Function>::try_from(many).expect("a function");
            (v8::Global::new(scope, context), v8::Global::new(scope, many))
        };
        drop(locker);
        Self { context, add, microtasks, isolate }
    }

    /// Nanoseconds per turn.
    pub(crate) fn turns(&self, checkpoint: bool) -> f64 {
        let began = Instant::now();
        for _ in 0..turn::TURNS {
            let mut locker = self.isolate.lock();
            let scope = pin!(v8::HandleScope::new(&mut *locker));
            let mut scope = scope.init();
            let local = v8::Local::new(&scope, &self.context);
            let scope = &mut v8::ContextScope::new(&mut scope, local);
            black_box(turn::small_thing(scope));
            if checkpoint {
                self.microtasks.perform_checkpoint(scope);
            }
        }
        turn::per_op(began, turn::TURNS)
    }

    /// Nanoseconds per call of `add` from JS.
    pub(crate) fn calls(&self) -> f64 {
        let mut locker = self.isolate.lock();
        let scope = pin!(v8::HandleScope::new(&mut *locker));
        let mut scope = scope.init();
        let local = v8::Local::new(&scope, &self.context);
        let scope = &mut v8::ContextScope::new(&mut scope, local);
        let many = v8::Local::new(scope, &self.add);
        let this = v8::undefined(scope).into();
        let count = v8::Number::new(scope, f64::from(calls::CALLS)).into();
        let began = Instant::now();
        let sum = many.call(scope, this, &[count]).and_then(|sum| sum.number_value(scope));
        let took = turn::per_op(began, calls::CALLS);
        assert_eq!(sum, Some(calls::expected()));
        took
    }
}

/// What a person writes who converts two numbers and checks that they are numbers.
fn add(scope: &mut v8::PinScope<'_, '_>, args: v8::FunctionCallbackArguments<'_>, mut result: v8::ReturnValue<'_>) {
    let a = v8::Local::<v8::Number>::try_from(args.get(0));
    let b = v8::Local::<v8::Number>::try_from(args.get(1));
    if let (Ok(a), Ok(b)) = (a, b) {
        result.set_double(a.value() + b.value());
    } else if let Some(text) = v8::String::new(scope, "two numbers, please") {
        let error = v8::Exception::type_error(scope, text);
        scope.throw_exception(error);
    }
}
