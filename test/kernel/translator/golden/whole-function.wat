;; A whole function: what it takes and answers, the check of fuel and stack at its start, its two ends.
(func $0x1000
  (param $esp i32) (param $fuel i32) (param $eax i32) (param $ecx i32)
  (result i64 i32)
  (local $edx i32) (local $ebx i32) (local $ebp i32) (local $esi i32) (local $edi i32)
  (local $address i32) (local $value i32) (local $value64 i64) (local $eip i32) (local $place i32)
  (local $flags.a i32) (local $flags.b i32) (local $flags.result i32) (local $stack i32)
  block $1
    block $2
      local.get $esp
      i32.const 0
      i32.sub
      local.set $stack
;; 0x00001000  01 c8                 add eax, ecx
      local.get $eax
      local.get $ecx
      i32.add
      local.set $eax
;; 0x00001002  c3                    ret
      local.get $stack
      i32.load
      local.set $eip
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      local.get $fuel
      i64.extend_i32_u
      i64.const 32
      i64.shl
      local.get $eip
      i64.extend_i32_u
      i64.or
      local.get $eax
      return
      unreachable
;; the function's ends
      unreachable
    end
  end
  local.get $eax
  local.get $ecx
  local.get $edx
  local.get $ebx
  local.get $esp
  local.get $ebp
  local.get $esi
  local.get $edi
  local.get $place
  call $complete
  local.get $eip
  global.set $eip
  i32.const 1
  global.set $left
  local.get $place
  i32.const 8
  i32.shr_u
  i32.const 255
  i32.and
  i32.const 255
  i32.xor
  global.set $missing
  local.get $fuel
  i64.extend_i32_u
  i64.const 32
  i64.shl
  i32.const 0
  i64.extend_i32_u
  i64.or
  i32.const 0
)
