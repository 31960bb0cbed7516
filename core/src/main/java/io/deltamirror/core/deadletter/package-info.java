/** Events that could not be used: kept for people to look at, and to be given in again. */
package io.deltamirror.core.deadletter;
