/** The report's tables beside the metrics: efficiency, summary, roofline times. */
package io.prumerge.report;
