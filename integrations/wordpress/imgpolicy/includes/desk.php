<?php
/**
 * The desk, asked over its HTTP interface. What cannot be answered is an error, and never a go.
 *
 * wp-config.php says where it is: IMGPOLICY_DESK, IMGPOLICY_TOKEN, IMGPOLICY_POSTING (an array such as
 * array( 'profile' => 'news' )), IMGPOLICY_WEBHOOK_SECRET; and what the site does: IMGPOLICY_UNANSWERED ('refuse' or
 * 'hold'), IMGPOLICY_WITHDRAWN ('unpublish' or 'swap'), IMGPOLICY_PLACEHOLDER (the id of an attachment).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

const IMGPOLICY_SECONDS  = 120;
const IMGPOLICY_GOES_FOR = 60;

/** A setting of wp-config.php, or the default. */
function imgpolicy_setting( $name, $default ) {
	return defined( "IMGPOLICY_$name" ) ? constant( "IMGPOLICY_$name" ) : $default;
}

/** The desk's address, or a WP_Error in one line when the settings name none that a token may be sent to. */
function imgpolicy_address() {
	$url   = (string) imgpolicy_setting( 'DESK', '' );
	$parts = wp_parse_url( $url );
	$host  = is_array( $parts ) && isset( $parts['host'] ) ? $parts['host'] : '';
	$plain = is_array( $parts ) && isset( $parts['scheme'] ) ? $parts['scheme'] : '';
	$local = in_array( $host, array( '127.0.0.1', '[::1]' ), true );
	if ( '' === $host || ! ( 'https' === $plain || ( 'http' === $plain && $local ) ) ) {
		return new WP_Error( 'imgpolicy_settings', 'imgpolicy: IMGPOLICY_DESK in wp-config.php is an https address, or http on this machine' );
	}
	if ( '' === (string) imgpolicy_setting( 'TOKEN', '' ) ) {
		return new WP_Error( 'imgpolicy_settings', 'imgpolicy: IMGPOLICY_TOKEN in wp-config.php is missing: `imgpolicy account token add` makes one' );
	}
	return untrailingslashit( $url );
}

/**
 * What the desk answers, as an array; a WP_Error in one line when it does not: 'imgpolicy_refused' where it says no to
 * what is asked, 'imgpolicy_unanswered' where nothing is known.
 */
function imgpolicy_ask( $path, $type, $body ) {
	$address = imgpolicy_address();
	if ( is_wp_error( $address ) ) {
		return $address;
	}
	$reply = wp_remote_post(
		"$address/api/v1/$path",
		array(
			'timeout'     => IMGPOLICY_SECONDS,
			'redirection' => 0,
			'headers'     => array(
				'Authorization' => 'Bearer ' . imgpolicy_setting( 'TOKEN', '' ),
				'Accept'        => 'application/json',
				'Content-Type'  => $type,
			),
			'body'        => $body,
		)
	);
	if ( is_wp_error( $reply ) ) {
		return new WP_Error( 'imgpolicy_unanswered', "the desk at $address does not answer: see that it runs, and try again" );
	}
	$status = wp_remote_retrieve_response_code( $reply );
	$said   = json_decode( wp_remote_retrieve_body( $reply ), true );
	if ( $status >= 400 && $status < 500 ) {
		$why = is_array( $said ) && isset( $said['detail'] ) ? sanitize_text_field( $said['detail'] ) : "HTTP $status";
		return new WP_Error( 'imgpolicy_refused', "the desk at $address refused: $why" );
	}
	if ( $status < 200 || $status > 299 || ! is_array( $said ) ) {
		return new WP_Error( 'imgpolicy_unanswered', "what answers at $address is no desk: see that the address is right" );
	}
	return $said;
}

/**
 * What the desk says of a file: array( 'picture', 'verdict', 'codes' ), or a WP_Error when it does not say.
 *
 * A go holds for a minute, in which the picture is uploaded, put on a page and published.
 */
function imgpolicy_check( $path, $name ) {
	$data = is_readable( $path ) ? file_get_contents( $path ) : false;
	if ( false === $data ) {
		return new WP_Error( 'imgpolicy_unanswered', "$name: the file cannot be read" );
	}
	$posting = (array) imgpolicy_setting( 'POSTING', array() );
	$key     = 'imgpolicy_' . hash( 'sha256', $data . wp_json_encode( $posting ) );
	$known   = get_transient( $key );
	if ( is_array( $known ) ) {
		return $known;
	}
	$line = wp_generate_password( 32, false );
	$body = '';
	foreach ( $posting as $word => $value ) {
		$body .= "--$line\r\nContent-Disposition: form-data; name=\"$word\"\r\n\r\n$value\r\n";
	}
	$safe  = preg_replace( '/[^A-Za-z0-9._-]/', '_', basename( $name ) );
	$body .= "--$line\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"$safe\"\r\n";
	$body .= "Content-Type: application/octet-stream\r\n\r\n$data\r\n--$line--\r\n";
	$said  = imgpolicy_ask( 'check', "multipart/form-data; boundary=$line", $body );
	if ( is_wp_error( $said ) ) {
		return $said;
	}
	if ( ! isset( $said['picture'], $said['report']['verdict'], $said['report']['findings'] ) ) {
		return new WP_Error( 'imgpolicy_unanswered', "$name: the desk could not look at the picture" );
	}
	$found = array(
		'picture' => (string) $said['picture'],
		'verdict' => (string) $said['report']['verdict'],
		'codes'   => array_values( array_unique( array_column( $said['report']['findings'], 'code' ) ) ),
		'sha256'  => hash( 'sha256', $data ),
		'key'     => $key,
	);
	if ( 'go' === $found['verdict'] ) {
		set_transient( $key, $found, IMGPOLICY_GOES_FOR );
	}
	return $found;
}

/** True when the desk recorded that a picture, as `imgpolicy_check` found it, is posted there: each check is for one post. */
function imgpolicy_posted( $found, $url ) {
	delete_transient( $found['key'] );
	$said = imgpolicy_ask( 'pictures/' . rawurlencode( $found['picture'] ) . '/post', 'application/json', wp_json_encode( array( 'url' => $url ) ) );
	return is_array( $said ) && isset( $said['state'] ) && 'posted' === $said['state'];
}

/** What came of telling the desk that a post is down: an array, or a WP_Error. */
function imgpolicy_taken_down( $publication ) {
	return imgpolicy_ask( 'publications/' . rawurlencode( $publication ) . '/taken-down', 'application/json', '' );
}
