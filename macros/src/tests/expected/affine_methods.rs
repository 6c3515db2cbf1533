impl Kv {
    /// How many bytes a key has.
    const MAX: usize = 8;
    /// How often it was asked.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.hits
    }
    pub(crate) fn put(
        &mut self,
        lock: &mut Lock<'_>,
        key: &str,
        mut value: Vec<u8>,
    ) -> Result<(), KvError> {
        self.own_conn.put(lock, key, value)
    }
    fn close(self) -> Result<u64, io::Error> {
        Ok(self.hits)
    }
    fn inherent_only(&mut self) -> &mut Connection {
        &mut self.own_conn
    }
    pub fn open(lock: &mut Lock<'_>, path: String) -> Result<Self, KvError> {
        Kv::new(path)
    }
    fn fork(&self) -> Option<Self> {
        None
    }
    pub async fn refresh(
        this: KvHandle,
        ev: Event,
        url: String,
    ) -> Result<u64, KvError> {
        todo()
    }
    async fn version() -> u64 {
        1
    }
}
#[allow(
    dead_code,
    deprecated,
    private_bounds,
    private_interfaces,
    clippy::too_many_arguments
)]
impl KvHandle {
    /// How often it was asked.
    ///
    /// Runs `Kv::hits` as a turn of its owner, from any thread, and resolves to what it returns.
    ///
    /// # Errors
    ///
    /// `RunError` when the value is gone or borrowed, when the turn was refused or ended, or when the method panicked.
    #[track_caller]
    pub fn hits(
        &self,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<u64, ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        ::isolock::__private::affine::run(
            ::core::ops::Deref::deref(self),
            (::core::clone::Clone::clone(::core::ops::Deref::deref(self)),),
            |lock, (this,)| ::isolock::__private::affine::turn_with(
                &this,
                lock,
                "Kv::hits",
                |value, _lock| <Kv>::hits(value),
            ),
        )
    }
    /// Runs `Kv::put` as a turn of its owner, from any thread, and resolves to what it returns.
    ///
    /// # Errors
    ///
    /// The method's, and `RunError` converted to it: when the value is gone or borrowed, when the turn was refused or ended, or when the method panicked.
    #[track_caller]
    pub(crate) fn put(
        &self,
        key: ::std::string::String,
        value: Vec<u8>,
    ) -> impl ::core::future::Future<
        Output = Result<(), KvError>,
    > + ::core::marker::Send + use<> {
        ::isolock::__private::affine::run(
            ::core::ops::Deref::deref(self),
            (::core::clone::Clone::clone(::core::ops::Deref::deref(self)), key, value),
            |lock, (this, key, value)| ::isolock::__private::affine::flat(
                ::isolock::__private::affine::turn_with_mut(
                    &this,
                    lock,
                    "Kv::put",
                    |value_, lock| <Kv>::put(value_, lock, &*key, value),
                ),
            ),
        )
    }
    /// Runs `Kv::close` as a turn of its owner, from any thread, and resolves to what it returns.
    ///
    /// # Errors
    ///
    /// `RunError` when the value is gone or borrowed, when the turn was refused or ended, or when the method panicked.
    #[track_caller]
    fn close(
        &self,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<Result<u64, io::Error>, ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        ::isolock::__private::affine::run(
            ::core::ops::Deref::deref(self),
            (::core::clone::Clone::clone(::core::ops::Deref::deref(self)),),
            |lock, (this,)| {
                ::isolock::__private::affine::turn_take(&this, lock, "Kv::close")
                    .map(|value| <Kv>::close(value))
            },
        )
    }
    /// Runs `Kv::open` as a turn of `ctx`, from any thread, and resolves to what it returns.
    ///
    /// # Errors
    ///
    /// The method's, and `RunError` converted to it: when the owner is gone, when the turn was refused or ended, or when the method panicked.
    #[track_caller]
    pub fn open(
        ctx: &::isolock::IoContext,
        path: String,
    ) -> impl ::core::future::Future<
        Output = Result<KvHandle, KvError>,
    > + ::core::marker::Send + use<> {
        ::isolock::IoContext::try_run(
            ctx,
            (path,),
            |lock, (path,)| {
                let value = <Kv>::open(lock, path);
                value.map(|value| ::isolock::Lock::own(lock, value))
            },
        )
    }
    /// Runs `Kv::fork` as a turn of its owner, from any thread, and resolves to what it returns.
    ///
    /// # Errors
    ///
    /// `RunError` when the value is gone or borrowed, when the turn was refused or ended, or when the method panicked.
    #[track_caller]
    fn fork(
        &self,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<Option<KvHandle>, ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        ::isolock::__private::affine::run(
            ::core::ops::Deref::deref(self),
            (::core::clone::Clone::clone(::core::ops::Deref::deref(self)),),
            |lock, (this,)| {
                ::isolock::__private::affine::turn_with(
                        &this,
                        lock,
                        "Kv::fork",
                        |value, _lock| <Kv>::fork(value),
                    )
                    .map(|value| value.map(|value| ::isolock::Lock::own(lock, value)))
            },
        )
    }
    /// Runs `Kv::refresh` as an event of its owner, from any thread, and resolves to what it returns.
    ///
    /// # Errors
    ///
    /// The method's, and `RunError` converted to it: when the owner is gone, when the turn was refused or ended, or when the method panicked.
    #[track_caller]
    pub fn refresh(
        &self,
        url: String,
    ) -> impl ::core::future::Future<
        Output = Result<u64, KvError>,
    > + ::core::marker::Send + use<> {
        ::isolock::__private::affine::flat_async(
            ::isolock::__private::affine::run_async(
                ::core::ops::Deref::deref(self),
                (::core::clone::Clone::clone(self), url),
                |ev, (this, url)| <Kv>::refresh(this, ev, url),
            ),
        )
    }
    /// Runs `Kv::version` as an event of `ctx`, from any thread, and resolves to what it returns.
    ///
    /// # Errors
    ///
    /// `RunError` when the owner is gone, when the turn was refused or ended, or when the method panicked.
    #[track_caller]
    fn version(
        ctx: &::isolock::IoContext,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<u64, ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        ::isolock::__private::run_async(ctx, (), |_ev, ()| <Kv>::version())
    }
}
