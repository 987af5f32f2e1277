<?php
/**
 * The pictures of a post: those that its text shows, and its featured image.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

/** The ids of attachments that a text shows, and 0 for a picture among the uploads that is no attachment. */
function imgpolicy_in_text( $text, $within = array() ) {
	$ids = array();
	preg_match_all( '/<!--\s*wp:block\s[^>]*?"ref"\s*:\s*(\d+)/', $text, $reused );
	foreach ( array_diff( array_map( 'intval', $reused[1] ), $within ) as $block ) {
		$ids = array_merge( $ids, imgpolicy_in_text( (string) get_post_field( 'post_content', $block, 'raw' ), array_merge( $within, array( $block ) ) ) );
	}
	$text = html_entity_decode( $text );
	foreach ( array( '/wp-image-(\d+)/', '/<!--\s*wp:(?:image|cover|media-text)\s[^>]*?"(?:id|mediaId)"\s*:\s*(\d+)/' ) as $pattern ) {
		preg_match_all( $pattern, $text, $found );
		$ids = array_merge( $ids, $found[1] );
	}
	preg_match_all( '/(?:"ids"\s*:\s*\[([\d,\s]*)\]|\[(?:gallery|playlist)[^\]]*\bids=["\']?([\d,\s]+))/', $text, $lists, PREG_SET_ORDER );
	foreach ( $lists as $list ) {
		$ids = array_merge( $ids, explode( ',', $list[1] . ( isset( $list[2] ) ? $list[2] : '' ) ) );
	}
	$uploads = wp_get_upload_dir();
	$place   = preg_quote( preg_replace( '#^https?:#', '', $uploads['baseurl'] ), '#' );
	$path    = preg_quote( (string) wp_parse_url( $uploads['baseurl'], PHP_URL_PATH ), '#' );
	preg_match_all( "#(?:$place|[\"'(\s,=]$path)/([^\"'\\s)<>?\\\\]+\.(?:jpe?g|png|gif|webp|avif|heic|bmp|tiff?|ico|svg))#i", $text, $files );
	foreach ( $files[1] as $file ) {
		$ids[] = imgpolicy_attachment_of( $uploads['baseurl'] . '/' . rawurldecode( $file ) );
	}
	return array_values( array_unique( array_map( 'intval', $ids ) ) );
}

/** The attachment that a file among the uploads belongs to, in whatever size; 0 when it is none. */
function imgpolicy_attachment_of( $url ) {
	foreach ( array( '', '-scaled' ) as $added ) {
		foreach ( array( $url, preg_replace( '/-\d+x\d+(?=\.\w+$)/', '', $url ) ) as $one ) {
			$found = attachment_url_to_postid( preg_replace( '/(?=\.\w+$)/', $added, $one, 1 ) );
			if ( $found ) {
				return $found;
			}
		}
	}
	return 0;
}

/** True for an attachment that a browser, or a person, takes for a picture. */
function imgpolicy_is_picture( $id ) {
	return wp_attachment_is_image( $id ) || 0 === strpos( (string) get_post_mime_type( $id ), 'image/' );
}

/** The files of an attachment as they were uploaded and as they are shown; empty for one that is no picture. */
function imgpolicy_files( $id ) {
	if ( ! imgpolicy_is_picture( $id ) ) {
		return array();
	}
	return array_values( array_unique( array_filter( array( get_attached_file( $id ), wp_get_original_image_path( $id ) ) ) ) );
}

/** What the desk says of an attachment, of each of its files: array( found… ), or the first WP_Error or no. */
function imgpolicy_check_attachment( $id ) {
	$every = array();
	$files = imgpolicy_files( $id );
	if ( ! $files && imgpolicy_is_picture( $id ) ) {
		return new WP_Error( 'imgpolicy_unanswered', get_the_title( $id ) . ': the picture has no file here that the desk could look at' );
	}
	foreach ( $files as $file ) {
		$found = imgpolicy_check( $file, basename( $file ) );
		if ( ! is_wp_error( $found ) && 'go' !== $found['verdict'] ) {
			$found = new WP_Error( 'imgpolicy_no', basename( $file ) . ': ' . imgpolicy_line( $found ) );
		}
		if ( is_wp_error( $found ) ) {
			update_post_meta( $id, '_imgpolicy', $found->get_error_message() );
			return $found;
		}
		$every[] = $found;
	}
	update_post_meta( $id, '_imgpolicy', 'go, ' . wp_date( 'Y-m-d' ) );
	return $every;
}

/** The verdict and the codes in one line, and what to do. What was found stays on the desk. */
function imgpolicy_line( $found ) {
	return $found['verdict'] . ' (' . implode( ', ', $found['codes'] ) . '): the desk says why';
}
