import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { NeedsRole } from '#hmi/web/account/needs-role.tsx';
import { useSession } from '#hmi/web/account/use-session.ts';
import { LinePage } from '#hmi/web/line/line-page.tsx';
import { useLine, type LiveLine } from '#hmi/web/live/use-line.ts';
import { PartPage } from '#hmi/web/part/part-page.tsx';
import { ReviewPage } from '#hmi/web/review/review-page.tsx';
import { PasswordNote } from '#hmi/web/shell/account-link.tsx';
import { Banner } from '#hmi/web/shell/banner.tsx';
import { Header } from '#hmi/web/shell/header.tsx';
import { HealthList } from '#hmi/web/shell/health-list.tsx';
import { TracePage } from '#hmi/web/trace/trace-page.tsx';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/shell.css';

// A panel at the line where anybody may look on loads nothing about people.
const SignInPage = lazy(async () => ({ default: (await import('#hmi/web/account/sign-in-page.tsx')).SignInPage }));
const AccountPage = lazy(async () => ({ default: (await import('#hmi/web/account/account-page.tsx')).AccountPage }));
const PeoplePage = lazy(async () => ({ default: (await import('#hmi/web/people/people-page.tsx')).PeoplePage }));
const LinkPage = lazy(async () => ({ default: (await import('#hmi/web/account/link-page.tsx')).LinkPage }));
// Charts are for the desk: a panel at the line does not load them.
const QualityPage = lazy(async () => ({
  default: (await import('#hmi/web/quality/quality-page.tsx')).QualityPage,
}));

const ExamplesPage = lazy(async () => ({
  default: (await import('#hmi/web/examples/examples-page.tsx')).ExamplesPage,
}));

const RecipesPage = lazy(async () => ({
  default: (await import('#hmi/web/recipes/recipes-page.tsx')).RecipesPage,
}));

/** A new page takes the focus from the link that led to it: keys are meant for the page then. */
function useFocusOnPage(): void {
  const [path] = useLocation();
  useEffect(() => document.getElementById('content')?.focus(), [path]);
}

const openPaths = ['/sign-in', '/account', '/link'];

/** True where who is not signed in may see nothing: then every page asks to sign in. */
function useShut(): boolean {
  const [path] = useLocation();
  return useSession()?.role === null && !openPaths.includes(path);
}

/** The whole page: what frames every view, and the view of the address. */
export function App() {
  // Texts are read while drawing: another language is another page with the same content.
  const [drawing, setDrawing] = useState(0);
  return <Page key={drawing} onLanguage={() => setDrawing(drawing + 1)} />;
}

function Page({ onLanguage }: { readonly onLanguage: () => void }) {
  const live = useLine();
  const shut = useShut();
  useFocusOnPage();
  const [healthOpen, setHealthOpen] = useState(false);
  return (
    <div className={`page page-${live.connection}`}>
      <a className="skip button" href="#content">
        {t('shell.skip')}
      </a>
      <Header
        connection={live.connection}
        healthOpen={healthOpen}
        onHealth={() => setHealthOpen(!healthOpen)}
        onLanguage={onLanguage}
      />
      <PasswordNote />
      {!shut && <Banner live={live} />}
      <HealthList all={healthOpen} />
      <main id="content" tabIndex={-1}>
        {shut ? <NeedsRole least="viewer">{null}</NeedsRole> : <Pages live={live} />}
      </main>
    </div>
  );
}

/** The page of the address. */
function Pages({ live }: { readonly live: LiveLine }) {
  return (
    <Switch>
      <Route path="/">
        <LinePage live={live} />
      </Route>
      <Route path="/review">
        <NeedsRole least="operator">
          <ReviewPage />
        </NeedsRole>
      </Route>
      <Route path="/trace">
        <TracePage />
      </Route>
      <Route path="/quality">
        <Suspense fallback={<p className="nothing">{t('quality.loading')}</p>}>
          <QualityPage />
        </Suspense>
      </Route>
      <Route path="/examples">
        <NeedsRole least="quality">
          <Suspense fallback={<p className="nothing">{t('examples.loading')}</p>}>
            <ExamplesPage />
          </Suspense>
        </NeedsRole>
      </Route>
      <Route path="/engineering">
        <NeedsRole least="engineer">
          <Suspense fallback={<p className="nothing">{t('recipes.loading')}</p>}>
            <RecipesPage />
          </Suspense>
        </NeedsRole>
      </Route>
      <Route path="/people">
        <NeedsRole least="admin">
          <Suspense>
            <PeoplePage />
          </Suspense>
        </NeedsRole>
      </Route>
      {Object.entries({ '/sign-in': SignInPage, '/account': AccountPage, '/link': LinkPage }).map(([path, Shown]) => (
        <Route key={path} path={path}>
          <Suspense>
            <Shown />
          </Suspense>
        </Route>
      ))}
      <Route path="/parts/:id">{({ id }) => <PartPage key={id} inspectionId={id} />}</Route>
      <Route>
        <p className="nothing">
          {t('shell.notFound')}{' '}
          <Link className="button" href="/">
            {t('shell.toLine')}
          </Link>
        </p>
      </Route>
    </Switch>
  );
}
