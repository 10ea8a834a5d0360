/** The pages of a report: Markdown, and HTML that loads nothing from the network. */
package io.prumerge.report.page;
