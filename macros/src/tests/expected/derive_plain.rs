#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::Portable for Unit {}

#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::Portable for Tuple {}
#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::__private::PortableFields for Tuple {
    const CHECKED: () = {
        ::isolock::__private::assert_portable::<u8>();
        ::isolock::__private::assert_portable::<Vec<String>>();
    };
}

#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::Portable for Named {}
#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::__private::PortableFields for Named {
    const CHECKED: () = {
        ::isolock::__private::assert_portable::<String>();
        ::isolock::__private::assert_portable::<Vec<u8>>();
    };
}

#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::Portable for Empty {}

#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::Portable for Job {}
#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::__private::PortableFields for Job {
    const CHECKED: () = {
        ::isolock::__private::assert_portable::<String>();
        ::isolock::__private::assert_portable::<Sender<Vec<u8>>>();
        ::isolock::__private::assert_portable::<String>();
        ::isolock::__private::assert_portable::<u8>();
    };
}

#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::Portable for r#struct {}
#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::__private::PortableFields for r#struct {
    const CHECKED: () = {
        ::isolock::__private::assert_portable::<r#enum>();
    };
}
