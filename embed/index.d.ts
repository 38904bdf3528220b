/** Colours of an embed. `auto` are those of the reader's system. */
export type Theme = "auto" | "light" | "dark" | "contrast" | "colour-blind";

/** How an embed looks; each is a parameter of its address, too. */
export interface BracketSettings {
  /** 0.3 to 3: size of the bracket. */
  multiplier?: number | null;
  /** 0.5 to 3: width of its matches. */
  matchWidthMultiplier?: number | null;
  showFinalResults?: boolean | null;
  showStandings?: boolean | null;
  scaleToFit?: boolean | null;
  showTournamentName?: boolean | null;
  showVoting?: boolean | null;
  showLiveStatus?: boolean | null;
  tab?: "groups" | "final" | "standings" | null;
}

/** What a frame can be told besides. */
export interface FrameSettings extends BracketSettings {
  /** Whether a click on a match opens its page in a window of its own; true if nothing is said. */
  openMatches?: boolean | null;
}

export interface ModuleOptions extends BracketSettings {
  theme?: Theme | number;
  /** Label of the community that the tournament belongs to. */
  subdomain?: string;
}

/** Milliseconds, at most 5000; 0 if nothing is said, and where the reader wants no motion. */
export interface Animated {
  animationDuration?: number;
}

/** 0.1 to 5. */
export interface Zoomed extends Animated {
  zoomScale?: number;
}

export interface Player {
  /** Null where it is not known who will play. */
  name: string | null;
  score: string | null;
  winner: boolean;
}

export interface Match {
  identifier: string;
  /** From 1. */
  stage: number;
  /** Negative among those with a loss. */
  round?: number;
  state: "pending" | "open" | "underway" | "complete";
  players: Player[];
  /** The match as a sentence. */
  label: string;
  /** Its page. */
  url?: string;
  integration?: { label: string };
}

export interface Tournament {
  slug: string;
  name: string;
  state: "pending" | "checking_in" | "accepting_predictions" | "underway" | "awaiting_review" | "complete";
}

/** What is seen: the part of the picture, in its own units. */
export interface View {
  zoomScale: number;
  x: number;
  y: number;
  width: number;
  height: number;
  theme: Theme;
  /** Rounds that alone are shown; empty are all. */
  rounds: number[];
  /** The action that led here, if one did. */
  action?: Action;
}

export type Action =
  | "scrollToCoordinates"
  | "scrollToMatchIdentifier"
  | "setZoomScale"
  | "zoomToCoordinate"
  | "zoomToMatchIdentifier"
  | "loadTheme"
  | "filterRounds"
  | "loadIntegrationData"
  | "setBracketSettings";

export interface IntegrationData {
  /**
   * Texts to show at matches, by their identifiers (`C`, or `2-C` in the second stage alone); at most 80
   * characters each.
   */
  matches: Record<string, string | { label: string }>;
}

export interface Events {
  loaded: { tournament: Tournament; matches: Match[]; rounds: number[]; view: View; actions: Action[] };
  matchOpened: Match;
  matchUpdated: Match;
  matchClicked: Match;
  tournamentStateChanged: Tournament & { previous: Tournament["state"] };
  viewChanged: View;
  error: { code: string; message: string };
}

export interface Message<E extends keyof Events = keyof Events> {
  version: "1.0";
  event: E;
  data: Events[E];
  /** That of the action which it answers. */
  id?: string | number;
}

export class BracketError extends Error {
  readonly code: string;
  constructor(code: string, message: string);
}

export function moduleUrl(server: string, tournament: string, options?: ModuleOptions): string;

export class Bracket {
  constructor(frame: HTMLIFrameElement, options?: { origin?: string; timeout?: number });
  static create(
    parent: Element,
    options: ModuleOptions & { server: string; tournament: string; title?: string; timeout?: number },
  ): Bracket;
  readonly frame: HTMLIFrameElement;
  readonly loaded: Promise<Events["loaded"]>;
  /** While somebody listens to `matchClicked`, a click opens nothing. */
  on<E extends keyof Events>(event: E, listener: (data: Events[E], message: Message<E>) => void): () => void;
  on(event: "*", listener: (data: Events[keyof Events], message: Message) => void): () => void;
  send(action: Action, parameters?: object): Promise<View>;
  scrollToCoordinates(x: number, y: number, options?: Animated): Promise<View>;
  /** `C` is the first match that is shown of these letters, `2-C` that of the second stage. */
  scrollToMatchIdentifier(matchIdentifier: string, options?: Animated): Promise<View>;
  setZoomScale(zoomScale: number, options?: Animated): Promise<View>;
  zoomToCoordinate(x: number, y: number, options?: Zoomed): Promise<View>;
  zoomToMatchIdentifier(matchIdentifier: string, options?: Zoomed): Promise<View>;
  loadTheme(themeName: Theme): Promise<View>;
  filterRounds(rounds: number[]): Promise<View>;
  loadIntegrationData(data: IntegrationData): Promise<View>;
  setBracketSettings(settings: FrameSettings): Promise<View>;
  close(): void;
}
