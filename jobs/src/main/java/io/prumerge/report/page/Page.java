package io.prumerge.report.page;

/**
 * The contents of the page by its sections, for both templates. Texts are not escaped; only the
 * template engine escapes them.
 *
 * @param observed what differences are paired by: image, video, or either
 * @param protocols what frames and methods move in runs about videos
 * @param beside figures beside a file's published ones
 * @param boards the leaderboard
 * @param contrasts methods compared with each other
 * @param drawn the charts that there are
 * @param data {@link ChartData} as JSON
 */
record Page(
    PageHead head,
    String observed,
    ProtocolFigures protocols,
    HeadlineFigures figures,
    BesideFigures beside,
    RankedBoards boards,
    ComparedMethods contrasts,
    WorkTables work,
    ShownExamples examples,
    RunDetails ran,
    DrawnCharts drawn,
    String data) {}
