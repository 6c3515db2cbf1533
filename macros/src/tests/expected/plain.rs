/// Adds.
#[inline]
pub fn add(a: f64, mut b: f64) -> f64 {
    b += a;
    b
}
/// The binding of the function [`add`](fn@add): install `add {}` and JavaScript calls it as `add`.
///
/// Adds.
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
pub struct add {}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl ::isolock::__private::HostFunction for add {
    const NAME: &'static str = "add";
    const LENGTH: i32 = 2;
    fn call<'s>(
        &self,
        lock: &mut ::isolock::Lock<'s>,
        args: &::isolock::__private::Arguments<'s>,
    ) -> ::isolock::__private::Outcome<'s> {
        let a = args.get::<f64>(lock, 0, "a")?;
        let b = args.get::<f64>(lock, 1, "b")?;
        ::isolock::__private::IntoOutcome::into_outcome(add(a, b), lock)
    }
}
#[allow(dead_code, deprecated, private_interfaces, clippy::too_many_arguments)]
impl add {
    /// Runs `add` as a turn of `ctx`, from any thread, and resolves to what it returns.
    /// Inside a turn, call the function itself: one already holds the lock.
    ///
    /// # Errors
    ///
    /// `RunError` when the context is gone, when the turn was refused or ended from outside, or when the function panicked.
    #[track_caller]
    pub fn run(
        ctx: &::isolock::IoContext,
        a: f64,
        b: f64,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<f64, ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        ::isolock::IoContext::run(ctx, (a, b), |_lock, (a, b)| add(a, b))
    }
}
