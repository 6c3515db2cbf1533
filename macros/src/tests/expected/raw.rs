#[allow(clippy::ptr_arg)]
fn r#type(r#match: f64, r#struct: &String) -> f64 {
    r#match
}
/// The binding of the function [`r#type`](fn@type): its fields are what the function captures, and JavaScript calls it as `type`.
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
struct r#type {
    /// What `r#type` captures as `struct`.
    r#struct: String,
}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl ::isolock::__private::HostFunction for r#type {
    const NAME: &'static str = "type";
    const LENGTH: i32 = 1;
    fn call<'s>(
        &self,
        lock: &mut ::isolock::Lock<'s>,
        args: &::isolock::__private::Arguments<'s>,
    ) -> ::isolock::__private::Outcome<'s> {
        let r#match = args.get::<f64>(lock, 0, "match")?;
        ::isolock::__private::IntoOutcome::into_outcome(
            r#type(r#match, &self.r#struct),
            lock,
        )
    }
}
#[allow(dead_code, deprecated, private_interfaces, clippy::too_many_arguments)]
impl r#type {
    /// Runs `r#type` as a turn of `ctx`, from any thread, and resolves to what it returns.
    /// Inside a turn, call the function itself: one already holds the lock.
    ///
    /// # Errors
    ///
    /// `RunError` when the context is gone, when the turn was refused or ended from outside, or when the function panicked.
    #[track_caller]
    fn run(
        self,
        ctx: &::isolock::IoContext,
        r#match: f64,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<f64, ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        let Self { r#struct } = self;
        ::isolock::IoContext::run(
            ctx,
            (r#struct, r#match),
            |_lock, (r#struct, r#match)| r#type(r#match, &r#struct),
        )
    }
}
#[allow(deprecated)]
const _: fn() = || {
    ::isolock::__private::assert_capture_ref::<String>();
};
