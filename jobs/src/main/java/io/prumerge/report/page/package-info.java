/** The report as people read it: Markdown, and HTML that needs nothing from elsewhere. */
package io.prumerge.report.page;
