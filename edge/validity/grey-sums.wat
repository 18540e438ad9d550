;; Sums over a stretch of one row of grey levels, 8 or 16 pixels at a time: in JavaScript they take longer than all else
;; between a picture and its verdict. At most 2048 pixels a call, so that no lane and no sum runs over.
;; grey-sums.wasm is this text assembled (npx wat2wasm grey-sums.wat -o grey-sums.wasm); a test compares the two.
(module
  (memory (export "memory") 1)
  (global $sum (export "sum") (mut i32) (i32.const 0))
  (global $squares (export "squares") (mut i32) (i32.const 0))

  (func $add (param $value i32)
    (global.set $sum (i32.add (global.get $sum) (local.get $value)))
    (global.set $squares (i32.add (global.get $squares) (i32.mul (local.get $value) (local.get $value)))))

  (func $lanes (param $v v128) (result i32)
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $v)) (i32x4.extract_lane 1 (local.get $v)))
      (i32.add (i32x4.extract_lane 2 (local.get $v)) (i32x4.extract_lane 3 (local.get $v)))))

  ;; Grey levels of `count` pixels from `at` on, and their squares.
  (func (export "levels") (param $at i32) (param $count i32)
    (local $end i32) (local $v v128) (local $low v128) (local $high v128) (local $sums v128) (local $squared v128)
    (local.set $end (i32.add (local.get $at) (local.get $count)))
    (block $wideDone
      (loop $wide
        (br_if $wideDone (i32.gt_u (i32.add (local.get $at) (i32.const 16)) (local.get $end)))
        (local.set $v (v128.load align=1 (local.get $at)))
        (local.set $sums (i32x4.add (local.get $sums)
          (i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u (local.get $v)))))
        (local.set $low (i16x8.extmul_low_i8x16_u (local.get $v) (local.get $v)))
        (local.set $high (i16x8.extmul_high_i8x16_u (local.get $v) (local.get $v)))
        (local.set $squared (i32x4.add (local.get $squared)
          (i32x4.add (i32x4.extadd_pairwise_i16x8_u (local.get $low)) (i32x4.extadd_pairwise_i16x8_u (local.get $high)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $wide)))
    (global.set $sum (call $lanes (local.get $sums)))
    (global.set $squares (call $lanes (local.get $squared)))
    (block $done
      (loop $rest
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (call $add (i32.load8_u (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $rest))))

  ;; The Laplacian of `count` pixels from `at` on in rows of `width`: each of them has four neighbours.
  (func (export "edges") (param $at i32) (param $count i32) (param $width i32)
    (local $end i32) (local $edge v128) (local $sums v128) (local $squared v128)
    (local.set $end (i32.add (local.get $at) (local.get $count)))
    (block $wideDone
      (loop $wide
        (br_if $wideDone (i32.gt_u (i32.add (local.get $at) (i32.const 8)) (local.get $end)))
        (local.set $edge
          (i16x8.sub
            (i16x8.add
              (i16x8.add
                (v128.load8x8_u align=1 (i32.sub (local.get $at) (i32.const 1)))
                (v128.load8x8_u offset=1 align=1 (local.get $at)))
              (i16x8.add
                (v128.load8x8_u align=1 (i32.sub (local.get $at) (local.get $width)))
                (v128.load8x8_u align=1 (i32.add (local.get $at) (local.get $width)))))
            (i16x8.shl (v128.load8x8_u align=1 (local.get $at)) (i32.const 2))))
        (local.set $sums (i32x4.add (local.get $sums) (i32x4.extadd_pairwise_i16x8_s (local.get $edge))))
        (local.set $squared (i32x4.add (local.get $squared) (i32x4.dot_i16x8_s (local.get $edge) (local.get $edge))))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $wide)))
    (global.set $sum (call $lanes (local.get $sums)))
    (global.set $squares (call $lanes (local.get $squared)))
    (block $done
      (loop $rest
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (call $add
          (i32.sub
            (i32.add
              (i32.add
                (i32.load8_u (i32.sub (local.get $at) (i32.const 1)))
                (i32.load8_u offset=1 (local.get $at)))
              (i32.add
                (i32.load8_u (i32.sub (local.get $at) (local.get $width)))
                (i32.load8_u (i32.add (local.get $at) (local.get $width)))))
            (i32.shl (i32.load8_u (local.get $at)) (i32.const 2))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $rest)))))
