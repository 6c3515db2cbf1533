#[cfg(unix)]
#[cfg_attr(windows, inline, cfg(debug_assertions), doc = "On Windows.")]
#[cfg_attr(all(), must_use)]
#[deprecated]
#[doc(hidden)]
fn here(host: String) -> String {
    host
}
/// The binding of the function [`here`](fn@here): its fields are what the function captures, and JavaScript calls it as `here`.
///
#[cfg_attr(windows, doc = "On Windows.")]
#[doc(hidden)]
#[cfg(unix)]
#[cfg_attr(windows, cfg(debug_assertions))]
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
struct here {
    /// What `here` captures as `host`.
    host: String,
}
#[cfg(unix)]
#[cfg_attr(windows, cfg(debug_assertions))]
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl ::renamed::isolock::__private::HostFunction for here {
    const NAME: &'static str = "here";
    const LENGTH: i32 = 0;
    fn call<'s>(
        &self,
        lock: &mut ::renamed::isolock::Lock<'s>,
        _args: &::renamed::isolock::__private::Arguments<'s>,
    ) -> ::renamed::isolock::__private::Outcome<'s> {
        ::renamed::isolock::__private::IntoOutcome::into_outcome(
            here(::core::clone::Clone::clone(&self.host)),
            lock,
        )
    }
}
#[cfg(unix)]
#[cfg_attr(windows, cfg(debug_assertions))]
#[allow(dead_code, deprecated, private_interfaces, clippy::too_many_arguments)]
impl here {
    /// Runs `here` as a turn of `ctx`, from any thread, and resolves to what it returns.
    /// Inside a turn, call the function itself: one already holds the lock.
    ///
    /// # Errors
    ///
    /// `RunError` when the context is gone, when the turn was refused or ended from outside, or when the function panicked.
    #[track_caller]
    fn run(
        self,
        ctx: &::renamed::isolock::IoContext,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<String, ::renamed::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        let Self { host } = self;
        ::renamed::isolock::IoContext::run(ctx, (host,), |_lock, (host,)| here(host))
    }
}
#[cfg(unix)]
#[cfg_attr(windows, cfg(debug_assertions))]
#[allow(deprecated)]
const _: fn() = || {
    ::renamed::isolock::__private::assert_capture::<String>();
};
