use super::{contests, visitor};
use tiltyard_pages::bracket::Theme;
use tiltyard_pages::embed::{
    Look, Module, ModulePage, Overlay, OverlayPage, PlaygroundPage, Show, Tab,
};
use tiltyard_pages::tournament::{Live, TournamentView};
use tiltyard_pages::{Page, RenderError};

pub(super) fn pages() -> Result<Vec<(&'static str, String)>, RenderError> {
    let dressed = Look {
        multiplier: 150,
        final_results: true,
        colours: Some(Theme::Dark),
        name: true,
        live_status: true,
        tab: Some(Tab::Standings),
        ..Look::default()
    };
    Ok(vec![
        ("module.html", module(contests::underway(), Look::default()).render()?),
        ("module-dressed.html", module(contests::complete(), dressed).render()?),
        ("overlay-match.html", overlay(Show::Match).render()?),
        ("overlay-scoreboard.html", overlay(Show::Scoreboard).render()?),
        ("playground.html", playground("autumn_joust", true).render()?),
        ("playground-none.html", playground("<script>", false).render()?),
    ])
}

fn live(part: &str) -> Live {
    Live {
        events_url: "/autumn_joust/events".to_owned(),
        fragment_url: format!("/autumn_joust/{part}/live"),
    }
}

fn module(tournament: TournamentView, look: Look) -> ModulePage {
    let canonical = "https://tilt.example/autumn_joust".to_owned();
    ModulePage {
        site_name: "Tiltyard".to_owned(),
        canonical: canonical.clone(),
        live: live("module"),
        module: Module { page: canonical, tournament, look },
    }
}

fn overlay(show: Show) -> OverlayPage {
    let tournament = contests::underway();
    OverlayPage {
        site_name: "Tiltyard".to_owned(),
        live: live("overlay"),
        overlay: Overlay { tournament, show, look: Look::default(), wanted: None },
    }
}

fn playground(slug: &str, found: bool) -> PlaygroundPage {
    PlaygroundPage {
        chrome: visitor("/docs/embed"),
        slug: slug.to_owned(),
        found,
        base: "https://tilt.example".to_owned(),
    }
}
