//! JS functions made of closures.

use super::{
    arguments::{Arguments, FromArguments},
    callback::{self, ErasedFn},
    error::RunError,
    event::Event,
    function::{CloneForEachCall, IntoOutcome},
    lock::Lock,
    portable::Portable,
    promise,
    thrown::{Outcome, Thrown},
};
use crate::v8;

type Body<C, A, R> = for<'a, 'b> fn(&'a mut Lock<'b>, &C, A) -> R;
type BodyWith<C> = for<'a, 'b> fn(&'a mut Lock<'b>, &C, &Arguments<'b>) -> Outcome<'b>;
type AsyncBody<C, A, F> = fn(Event, C, A) -> F;

impl<'s> Lock<'s> {
    /// A JS function that runs `body` with what it captures and the arguments of the call.
    ///
    /// The body gets the captures by reference, because JS may call it many times. The arguments are a tuple, converted as
    /// those of an annotated function are ([`FromJs`](super::FromJs)); what it returns is anything that an annotated
    /// function may return ([`IntoOutcome`]).
    ///
    /// The captures are dropped, inside the isolate, after JS has let go of the function and the garbage collector has
    /// noticed, or when the context ends.
    ///
    /// ```no_run
    /// # use isolock::prelude::*;
    /// # use std::sync::mpsc::Sender;
    /// # fn turn(lock: &mut Lock<'_>, sender: Sender<String>) -> Result<(), RunError> {
    /// let log = lock.function("log", (sender,), |_lock, (sender,), (line,): (String,)| sender.send(line).is_ok())?;
    /// lock.set_global("log", log)
    /// # }
    /// ```
    ///
    /// # Errors
    /// If V8 refuses.
    pub fn function<C, A, R>(
        &mut self,
        name: &'static str,
        captures: C,
        body: for<'a, 'b> fn(&'a mut Lock<'b>, &C, A) -> R,
    ) -> Result<v8::Local<'s, v8::Function>, RunError>
    where
        C: Portable,
        A: for<'b> FromArguments<'b> + 'static,
        R: for<'b> IntoOutcome<'b> + 'static,
    {
        let code = Closure { captures, body };
        callback::make_collected(self, name, A::required(), Box::new(code))
    }

    /// A JS function like that of [`Self::function`], for a body that takes or returns locals: it gets the call's
    /// [`Arguments`] and returns an [`Outcome`].
    ///
    /// ```no_run
    /// # use isolock::{prelude::*, v8};
    /// # fn turn(lock: &mut Lock<'_>) -> Result<(), RunError> {
    /// let first = lock.function_with("first", (), |lock, (), args| {
    ///     let items: v8::Local<'_, v8::Array> = args.get(lock, 0, "items")?;
    ///     Ok(lock.try_catch(|lock| items.get_index(lock, 0))?)
    /// })?;
    /// lock.set_global("first", first)
    /// # }
    /// ```
    ///
    /// # Errors
    /// If V8 refuses.
    pub fn function_with<C: Portable>(
        &mut self,
        name: &'static str,
        captures: C,
        body: for<'a, 'b> fn(&'a mut Lock<'b>, &C, &Arguments<'b>) -> Outcome<'b>,
    ) -> Result<v8::Local<'s, v8::Function>, RunError> {
        callback::make_collected(self, name, 0, Box::new(ClosureWith { captures, body }))
    }

    /// A JS function whose calls give promises: `body` runs on the runtime's spawner as an event of its own, without the
    /// lock, and [`Event::run`] enters the context again. Each call gets a clone of the captures.
    ///
    /// Arguments that can't be converted are thrown at once, as by an annotated `async fn`. A panic of the body or a
    /// cancellation rejects the promise.
    ///
    /// ```no_run
    /// # use isolock::prelude::*;
    /// # fn turn(lock: &mut Lock<'_>, log: std::sync::mpsc::Sender<String>) -> Result<(), RunError> {
    /// let later = lock.async_function("later", (log,), |ev, (log,), (line,): (String,)| async move {
    ///     ev.run((), |lock, ()| lock.console_log("a turn")).await?;
    ///     Ok::<_, RunError>(log.send(line).is_ok())
    /// })?;
    /// lock.set_global("later", later)
    /// # }
    /// ```
    ///
    /// # Errors
    /// If V8 refuses.
    pub fn async_function<C, A, F>(
        &mut self,
        name: &'static str,
        captures: C,
        body: fn(Event, C, A) -> F,
    ) -> Result<v8::Local<'s, v8::Function>, RunError>
    where
        C: Portable + CloneForEachCall,
        A: for<'b> FromArguments<'b> + Portable,
        F: Future + Send + 'static,
        F::Output: for<'b> IntoOutcome<'b> + Send + 'static,
    {
        let code = AsyncClosure { captures, body };
        callback::make_collected(self, name, A::required(), Box::new(code))
    }
}

struct Closure<C, A, R> {
    captures: C,
    body: Body<C, A, R>,
}

impl<C, A, R> ErasedFn for Closure<C, A, R>
where
    C: Portable,
    A: for<'b> FromArguments<'b> + 'static,
    R: for<'b> IntoOutcome<'b> + 'static,
{
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s> {
        let args = A::from_arguments(lock, args)?;
        (self.body)(lock, &self.captures, args).into_outcome(lock)
    }
}

struct ClosureWith<C> {
    captures: C,
    body: BodyWith<C>,
}

impl<C: Portable> ErasedFn for ClosureWith<C> {
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s> {
        (self.body)(lock, &self.captures, args)
    }
}

struct AsyncClosure<C, A, F> {
    captures: C,
    body: AsyncBody<C, A, F>,
}

impl<C, A, F> ErasedFn for AsyncClosure<C, A, F>
where
    C: Portable + CloneForEachCall,
    A: for<'b> FromArguments<'b> + Portable,
    F: Future + Send + 'static,
    F::Output: for<'b> IntoOutcome<'b> + Send + 'static,
{
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s> {
        let name = args.function();
        let at = lock.entered();
        let args = A::from_arguments(lock, args)?;
        let captures = (self.captures.clone(), args, self.body);
        promise::begin(lock, name, captures, |event, (captures, args, body)| body(event, captures, args), at)
            .map(Into::into)
            .map_err(Thrown::from)
    }
}
