//! Consent at the authorization endpoint, the device page, and the `form_post` response.

use askama::Template;

use crate::catalogue::{self, Access};
use crate::chrome::{Chrome, Field};

/// The consent page: buttons `decision` = `allow` or `deny`, checkboxes `scope` for optional
/// scopes and with them a hidden `choice`, hidden `csrf` and `request`. Without `chrome.signed_in` the "not you?" line is left out.
#[derive(Debug, Clone, Template)]
#[template(path = "consent/consent.html")]
pub struct ConsentPage {
    /// Frame.
    pub chrome: Chrome,
    /// Where the form posts to: path of the authorization endpoint the request came in by.
    pub action: String,
    /// Handle of the stored request, in the hidden field `request`.
    pub request: String,
    /// Who asks.
    pub client: ClientView,
    /// Host (or private-use scheme) of the redirect URI.
    pub redirect_host: String,
    /// What is asked.
    pub scopes: Vec<ScopeView>,
    /// How long the permission lasts, in words.
    pub lasts: String,
    /// Path to come back to after "not you?" signed this person out, in the hidden field `next`.
    pub switch_next: String,
}

/// An application as other people see it.
#[derive(Debug, Clone)]
pub struct ClientView {
    /// Name.
    pub name: String,
    /// What it says about itself.
    pub description: Option<String>,
    /// Who owns it.
    pub owner: String,
}

/// A scope on a consent page.
#[derive(Debug, Clone)]
pub struct ScopeView {
    /// Name on the wire.
    pub name: String,
    /// Whether the person may leave it out; then it is a ticked checkbox.
    pub optional: bool,
    /// Whether it was allowed before; then it is only mentioned.
    pub given: bool,
    /// Whether what it is about does not exist here yet.
    pub idle: bool,
}

impl ScopeView {
    /// The scope in words.
    pub(crate) fn words(&self) -> &str {
        catalogue::scope_words(&self.name)
    }
}

/// Scopes of one sort, for one heading.
pub(crate) struct ScopeGroup<'a> {
    pub(crate) title: &'static str,
    pub(crate) class: &'static str,
    pub(crate) scopes: Vec<&'a ScopeView>,
}

/// Sorts scopes that are asked anew under reading and writing.
fn groups(scopes: &[ScopeView]) -> Vec<ScopeGroup<'_>> {
    [(Access::Read, "Read only", "read"), (Access::Write, "Make changes", "write")]
        .into_iter()
        .map(|(access, title, class)| ScopeGroup {
            title,
            class,
            scopes: scopes
                .iter()
                .filter(|scope| !scope.given && catalogue::scope_access(&scope.name) == access)
                .collect(),
        })
        .filter(|group| !group.scopes.is_empty())
        .collect()
}

/// Whether there is anything to untick.
pub(crate) fn any_optional(groups: &[ScopeGroup<'_>]) -> bool {
    groups.iter().any(|group| group.scopes.iter().any(|scope| scope.optional))
}

fn given(scopes: &[ScopeView]) -> Vec<&ScopeView> {
    scopes.iter().filter(|scope| scope.given).collect()
}

impl ConsentPage {
    pub(crate) fn groups(&self) -> Vec<ScopeGroup<'_>> {
        groups(&self.scopes)
    }

    pub(crate) fn given(&self) -> Vec<&ScopeView> {
        given(&self.scopes)
    }
}

/// `/activate`, first step: field `user_code`, hidden `csrf`.
#[derive(Debug, Clone, Template)]
#[template(path = "consent/device_code.html")]
pub struct DeviceCodePage {
    /// Frame.
    pub chrome: Chrome,
    /// The code as typed or as the link carried it.
    pub user_code: Field,
}

/// `/activate`, second step: the code again, what is asked, `decision`, `scope` with
/// `choice`, hidden `user_code` and `csrf`.
#[derive(Debug, Clone, Template)]
#[template(path = "consent/device_confirm.html")]
pub struct DeviceConfirmPage {
    /// Frame.
    pub chrome: Chrome,
    /// The code in the form the device shows.
    pub user_code: String,
    /// Who asks.
    pub client: ClientView,
    /// What is asked.
    pub scopes: Vec<ScopeView>,
    /// How long the permission lasts, in words.
    pub lasts: String,
    /// Path to come back to after "not you?" signed this person out, in the hidden field `next`.
    pub switch_next: String,
}

impl DeviceConfirmPage {
    pub(crate) fn groups(&self) -> Vec<ScopeGroup<'_>> {
        groups(&self.scopes)
    }

    pub(crate) fn given(&self) -> Vec<&ScopeView> {
        given(&self.scopes)
    }
}

/// The answer of `response_mode=form_post`: a form with a button, sent by the script at once where
/// scripts run. The policy of this page needs `form-action` for the address's origin.
#[derive(Debug, Clone, Template)]
#[template(path = "consent/form_post.html")]
pub struct FormPostPage {
    /// Frame.
    pub chrome: Chrome,
    /// Redirect URI; must have been checked against the registration.
    pub action: String,
    /// Name of the application, or the host of its address.
    pub client_name: String,
    /// Hidden fields.
    pub fields: Vec<(String, String)>,
}
