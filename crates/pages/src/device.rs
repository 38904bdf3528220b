//! The page that plays a device on which people sign in.

use askama::Template;

use crate::chrome::Chrome;
use crate::moment::Moment;
use crate::qr;

/// `/device`, first step: radio buttons `client_id`, hidden `csrf`.
#[derive(Debug, Clone, Template)]
#[template(path = "device/choose.html")]
pub struct DeviceChoicePage {
    /// Frame.
    pub chrome: Chrome,
    /// The person's applications that may use the device grant.
    pub apps: Vec<DeviceApp>,
    /// Client id of the one that is chosen.
    pub chosen: String,
    /// What was wrong with the choice.
    pub error: Option<String>,
}

/// An application for devices.
#[derive(Debug, Clone)]
pub struct DeviceApp {
    /// Client id.
    pub client_id: String,
    /// Name.
    pub name: String,
}

/// `/device`, second step: what the device shows. One form starts again with `client_id`, the other
/// without; both POST with `csrf`.
#[derive(Debug, Clone, Template)]
#[template(path = "device/show.html")]
pub struct DevicePage {
    /// Frame.
    pub chrome: Chrome,
    /// Client id of the application on the device.
    pub client_id: String,
    /// Its name.
    pub client_name: String,
    /// The code to type.
    pub user_code: String,
    /// Where to type it.
    pub address: String,
    /// The same with the code, for link and picture.
    pub complete: String,
    /// When the code stops working.
    pub expires: Moment,
    /// After how many seconds the page looks again.
    pub seconds: i64,
    /// How far it has come.
    pub state: DeviceState,
}

/// How far a device has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceState {
    /// Nobody has decided yet.
    Waiting,
    /// Somebody of this name allowed it.
    Connected(String),
    /// Somebody refused it.
    Refused,
    /// Nobody decided in time.
    Expired,
    /// The code was used up elsewhere, or the application may not use it any more.
    Over,
}

impl DevicePage {
    pub(crate) fn waiting(&self) -> bool {
        self.state == DeviceState::Waiting
    }

    /// Without the scheme, as one would read it from a screen.
    pub(crate) fn short_address(&self) -> &str {
        self.address.split_once("://").map_or(self.address.as_str(), |(_, rest)| rest)
    }

    pub(crate) fn picture(&self) -> String {
        qr::svg(&self.complete).unwrap_or_default()
    }

    /// What tells the script that there is something new.
    pub(crate) fn state_name(&self) -> &'static str {
        match self.state {
            DeviceState::Waiting => "waiting",
            DeviceState::Connected(_) => "connected",
            DeviceState::Refused => "refused",
            DeviceState::Expired => "expired",
            DeviceState::Over => "over",
        }
    }
}
