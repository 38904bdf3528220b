//! What every page shares: site name, who is signed in, the notice line, form fields.

/// The frame around every page.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    /// Name of the installation, in the header and in `<title>`.
    pub site_name: String,
    /// The person whose session asked, if any.
    pub signed_in: Option<SignedIn>,
    /// Token of the hidden field `csrf` in every form of the page.
    pub csrf: String,
    /// Path of this page without query, for the current mark in the navigation and for `next`.
    pub path: String,
    /// One line above the content: what the previous form did.
    pub notice: Option<Notice>,
}

/// The person the header shows.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// User name.
    pub username: String,
    /// Whether this person operates the installation.
    pub operator: bool,
}

/// One line about what just happened.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Tone, and so icon and live-region role.
    pub kind: NoticeKind,
    /// Plain text.
    pub text: String,
}

/// Tone of a [`Notice`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Done as asked.
    Success,
    /// Good to know.
    Info,
    /// Not done.
    Error,
}

impl Notice {
    /// A notice that something was done.
    pub fn success(text: impl Into<String>) -> Self {
        Self { kind: NoticeKind::Success, text: text.into() }
    }

    /// A neutral notice.
    pub fn info(text: impl Into<String>) -> Self {
        Self { kind: NoticeKind::Info, text: text.into() }
    }

    /// A notice that something was not done.
    pub fn error(text: impl Into<String>) -> Self {
        Self { kind: NoticeKind::Error, text: text.into() }
    }

    /// CSS class of the tone.
    pub(crate) fn class(&self) -> &'static str {
        match self.kind {
            NoticeKind::Success => "notice-ok",
            NoticeKind::Info => "notice-info",
            NoticeKind::Error => "notice-bad",
        }
    }

    /// Errors interrupt a screen reader, the rest waits for its turn.
    pub(crate) fn role(&self) -> &'static str {
        match self.kind {
            NoticeKind::Error => "alert",
            NoticeKind::Success | NoticeKind::Info => "status",
        }
    }
}

impl Chrome {
    /// Whether the page lies under a navigation entry.
    pub(crate) fn under(&self, prefix: &str) -> bool {
        self.path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// A text field of a form: what was typed and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Value to show again; leave empty for passwords.
    pub value: String,
    /// Message next to the field.
    pub error: Option<String>,
}

impl Field {
    /// A field that holds a value and has no error.
    pub fn of(value: impl Into<String>) -> Self {
        Self { value: value.into(), error: None }
    }

    /// A field with a value and a message.
    pub fn wrong(value: impl Into<String>, error: impl Into<String>) -> Self {
        Self { value: value.into(), error: Some(error.into()) }
    }
}

/// A link with its text. `href` is written as given (escaped for HTML), so it must come from the
/// caller's own routes and never from a visitor.
#[derive(Debug, Clone)]
pub struct Link {
    /// Text.
    pub label: String,
    /// Address.
    pub href: String,
}

impl Link {
    /// Makes a link.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}
