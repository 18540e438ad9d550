import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { LinePage } from '#hmi/web/line/line-page.tsx';
import { useLine } from '#hmi/web/live/use-line.ts';
import { PartPage } from '#hmi/web/part/part-page.tsx';
import { ReviewPage } from '#hmi/web/review/review-page.tsx';
import { Banner } from '#hmi/web/shell/banner.tsx';
import { Header } from '#hmi/web/shell/header.tsx';
import { HealthList } from '#hmi/web/shell/health-list.tsx';
import { TracePage } from '#hmi/web/trace/trace-page.tsx';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/shell.css';

// Charts are for the desk: a panel at the line does not load them.
const QualityPage = lazy(async () => ({
  default: (await import('#hmi/web/quality/quality-page.tsx')).QualityPage,
}));

/** A new page takes the focus from the link that led to it: keys are meant for the page then. */
function useFocusOnPage(): void {
  const [path] = useLocation();
  useEffect(() => document.getElementById('content')?.focus(), [path]);
}

/** The whole page: what frames every view, and the view of the address. */
export function App() {
  // Texts are read while drawing: another language is another page with the same content.
  const [drawing, setDrawing] = useState(0);
  return <Page key={drawing} onLanguage={() => setDrawing(drawing + 1)} />;
}

function Page({ onLanguage }: { readonly onLanguage: () => void }) {
  const live = useLine();
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
      <Banner live={live} />
      <HealthList all={healthOpen} />
      <main id="content" tabIndex={-1}>
        <Switch>
          <Route path="/">
            <LinePage live={live} />
          </Route>
          <Route path="/review">
            <ReviewPage />
          </Route>
          <Route path="/trace">
            <TracePage />
          </Route>
          <Route path="/quality">
            <Suspense fallback={<p className="nothing">{t('quality.loading')}</p>}>
              <QualityPage />
            </Suspense>
          </Route>
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
      </main>
    </div>
  );
}
