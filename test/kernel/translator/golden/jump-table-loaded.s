# A switch as clang and gcc -O0 make it: the table is read into the register that is then jumped through.
        cmp     eax, 2
        ja      4f
        mov     eax, [table+eax*4]
        jmp     eax
1:      mov     ebx, 10
        ret
2:      mov     ebx, 20
        ret
3:      mov     ebx, 30
4:      ret

        .section .rodata
table:  .long   1b, 2b, 3b
# 0x1000: 83 f8 02 77 1a 8b 04 85 00 20 00 00 ff e0 bb 0a 00 00 00 c3 bb 14 00 00 00 c3 bb 1e 00 00 00 c3
# 0x2000: 0e 10 00 00 14 10 00 00 1a 10 00 00
