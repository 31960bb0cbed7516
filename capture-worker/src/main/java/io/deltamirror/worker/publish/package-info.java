/** Events on their way to Event Hubs. */
package io.deltamirror.worker.publish;
